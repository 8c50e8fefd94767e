//! What the compiler says to a user: the missing parameter by name, the wrong verb, the missing session.

#[test]
fn what_must_not_compile_does_not_and_the_message_names_the_cause() {
    trybuild::TestCases::new().compile_fail("compile_fail/*.rs");
}

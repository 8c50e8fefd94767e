//! Generates requests of Qimen and SPI, and a message, for the tests.

fn main() {
    opentop_build::Config::new("fixtures/called").build();
}

//! Generates requests of Qimen and SPI for the tests.

fn main() {
    opentop_build::Config::new("fixtures/called").build();
}

//! The suite of `loggia_testkit::conformance`, over both engines.

mod sqlite {
    use loggia_testkit::Engine;

    loggia_testkit::conformance!(Engine::Sqlite);
}

mod postgres {
    use loggia_testkit::Engine;

    loggia_testkit::conformance!(Engine::Postgres);
}

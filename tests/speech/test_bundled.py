from assist.speech.bundled import bundled


def test_the_catalogue_is_found() -> None:
    assert bundled("models", "catalogue.toml").is_file()


def test_what_is_absent_has_a_place_all_the_same() -> None:
    assert bundled("demo", "nothing").parts[-2:] == ("demo", "nothing")

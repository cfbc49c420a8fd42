from harness.seeds import derive_seed


def test_seeds_depend_on_root_names_and_their_order() -> None:
    seeds = {
        derive_seed(0, "a", "b"),
        derive_seed(1, "a", "b"),
        derive_seed(0, "b", "a"),
        derive_seed(0, "ab"),
    }
    assert len(seeds) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_seed_stays_what_it_was() -> None:
    assert derive_seed(0, "run", 1, 2) == 3234387431531419709

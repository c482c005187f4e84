from pti.network.arrivals import ArrivalBoard


def test_only_what_is_announced_within_the_block_counts() -> None:
    board = ArrivalBoard()
    board.announce("1.1")
    with board.expect(["1.1", "1.2", "1.3"]) as expectation:
        board.announce("1.2")
        board.announce("9.9")
        assert expectation.arrived == {"1.2"}
        assert expectation.missing == {"1.1", "1.3"}
    board.announce("1.3")
    assert expectation.missing == {"1.1", "1.3"}


def test_a_refusal_is_remembered_until_the_instance_comes_after_all() -> None:
    board = ArrivalBoard()
    with board.expect(["1.1"]) as expectation:
        board.announce("1.1", "the disk is full")
        assert expectation.refused == {"1.1": "the disk is full"}
        assert expectation.missing == {"1.1"}
        board.announce("1.1")
        assert expectation.refused == {}
        assert expectation.missing == frozenset()


def test_two_tasks_can_wait_for_the_same_instance() -> None:
    board = ArrivalBoard()
    with board.expect(["1.1"]) as first, board.expect(["1.1", "1.2"]) as second:
        board.announce("1.1")
        assert first.arrived == second.arrived == {"1.1"}

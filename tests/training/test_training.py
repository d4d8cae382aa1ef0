"""Training learns, tells what it did, stops cleanly, and goes on as if it had not stopped."""

import re
import signal

import numpy as np
import pytest
from cases import assert_untouched, copies

import lstm_tutor as lt
from lstm_tutor.storage import write_arrays
from lstm_tutor.tasks import Batch


def recall(update):
    return lt.tasks.recall(2, 8, symbols=2, rng=update)


def stream(update):
    """Batches that continue one another, three at a time."""
    batch = lt.tasks.temporal_xor(6, 4, rng=update)
    return batch._replace(start=update % 3 == 0)


def make_trainer(batches=recall, *, layer=lt.LSTM, optimizer=lt.Adam, **options):
    model = (
        lt.SequenceModel(layer(5, 6, num_layers=2, dropout=0.2, rng=1), 2, rng=2)
        if batches is recall
        else lt.SequenceModel(layer(1, 6, rng=1), 1, loss="binary_cross_entropy", rng=2)
    )
    metrics = {"size": lambda m: np.abs(m.parameters()["readout.bias"]).sum()}
    options = {"clip": 1.0, "every": 2, "rng": 3, "metrics": metrics} | options
    return lt.Trainer(model, batches, optimizer(0.01), **options)


def everything(trainer):
    """All that a run leaves behind."""
    history = trainer.history
    return [trainer.model.parameters(), trainer.optimizer.state(), trainer.state, trainer.step, trainer.rng,
            history.loss, history.gradient_norm, [list(values) for values in history.metrics["size"]]]  # fmt: skip


# -- what a run does ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [lt.RNN, lt.LSTM1997, lt.LSTM])
def test_training_learns_to_recall_a_symbol(layer):
    model = lt.SequenceModel(layer(5, 12, rng=1), 2, rng=2)
    trainer = lt.Trainer(model, lambda update: lt.tasks.recall(2, 16, symbols=2, rng=update), lt.Adam(0.02), clip=1.0)
    history = trainer.run(250, progress=False)
    assert history.loss[0] == pytest.approx(np.log(2), abs=0.2)
    assert np.mean(history.loss[-10:]) < 0.05
    fresh = lt.tasks.recall(2, 200, symbols=2, rng=10**6)
    predictions, _ = model.forward(fresh.x)
    assert (predictions[-1].argmax(axis=1) == fresh.targets[-1]).mean() > 0.98


def test_history_tells_of_every_update():
    trainer = make_trainer()
    history = trainer.run(6, progress=False)
    assert history is trainer.history
    assert trainer.step == 6
    assert list(history.steps) == [1, 2, 3, 4, 5, 6]
    assert len(history.loss) == len(history.gradient_norm) == 6
    steps, values = history.metrics["size"]
    assert steps == [2, 4, 6]
    assert values[-1] == np.abs(trainer.model.parameters()["readout.bias"]).sum()
    assert all(type(value) is float for value in [*history.loss, *history.gradient_norm, *values])


def test_an_update_is_a_step_down_the_clipped_gradient():
    trainer = make_trainer(optimizer=lt.SGD, clip=0.1, rng=None)
    before = copies(trainer.model.parameters())
    loss, gradients, _ = trainer.model.loss_and_gradients(recall(0))
    clipped, norm = lt.clip_by_global_norm(gradients, 0.1)
    trainer.update()
    assert trainer.history.loss == [loss]
    assert trainer.history.gradient_norm == [norm]
    assert norm > 0.1
    for name, array in trainer.model.parameters().items():
        np.testing.assert_array_equal(array, before[name] - 0.01 * clipped[name])


def test_without_clip_the_gradient_is_not_shortened():
    trainer = make_trainer(optimizer=lt.SGD, clip=None, rng=None)
    before = copies(trainer.model.parameters())
    _, gradients, _ = trainer.model.loss_and_gradients(recall(0))
    trainer.update()
    for name, array in trainer.model.parameters().items():
        np.testing.assert_array_equal(array, before[name] - 0.01 * gradients[name])


def test_state_is_carried_to_a_batch_that_continues_and_not_to_one_that_starts():
    trainer = make_trainer(stream, optimizer=lambda rate: lt.SGD(1e-12))
    for update in range(5):
        expected = None if update % 3 == 0 else trainer.state
        loss = trainer.model.loss_and_gradients(stream(update), expected)[0]
        trainer.update()
        assert trainer.history.loss[-1] == loss
        if update % 3:
            assert loss != trainer.model.loss_and_gradients(stream(update))[0]


def test_schedule_sets_the_learning_rate_of_each_update():
    rates = []
    trainer = make_trainer(schedule=lambda update: 0.1 / (update + 1))
    trainer.metrics["rate"] = lambda model: rates.append(trainer.optimizer.learning_rate) or 0.0
    trainer.run(4, progress=False)
    assert rates == [0.1 / 2, 0.1 / 4]


def test_until_is_called_after_every_update_and_ends_a_run():
    trainer, steps = make_trainer(), []
    trainer.run(100, progress=False, until=lambda t: steps.append(t.step) or t.step >= 5)
    assert trainer.step == 5
    assert steps == [1, 2, 3, 4, 5]


def test_run_counts_what_was_done_before():
    trainer = make_trainer()
    trainer.run(3, progress=False)
    trainer.run(3, progress=False)
    assert trainer.step == 3
    trainer.run(5, progress=False)
    assert trainer.step == 5


def test_two_runs_of_one_seed_are_the_same_bit_for_bit():
    one, two = make_trainer(), make_trainer()
    one.run(5, progress=False)
    two.run(5, progress=False)
    assert_untouched(everything(one), copies(everything(two)))


def test_progress_bar_shows_the_updates(capsys):
    make_trainer().run(4, progress=True)
    assert "4/4" in capsys.readouterr().err
    make_trainer().run(4, progress=False)
    assert capsys.readouterr().err == ""


# -- nothing is lost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batches", [recall, stream])
@pytest.mark.parametrize("optimizer", [lt.Adam, lambda rate: lt.SGD(rate, momentum=0.9)], ids=["Adam", "SGD"])
def test_run_that_was_saved_and_loaded_goes_on_bit_for_bit(batches, optimizer, tmp_path):
    straight = make_trainer(batches, optimizer=optimizer)
    straight.run(8, progress=False)
    first = make_trainer(batches, optimizer=optimizer)
    first.run(5, progress=False, checkpoint=tmp_path / "run.npz")
    second = make_trainer(batches, optimizer=optimizer)
    second.load(tmp_path / "run.npz")
    assert_untouched(everything(second), copies(everything(first)))
    second.run(8, progress=False)
    assert_untouched(everything(second), copies(everything(straight)))


def interrupting(at):
    def batches(update):
        if update == at:
            signal.raise_signal(signal.SIGINT)
        return recall(update)

    return batches


def test_interrupt_ends_the_run_after_the_update_under_way_and_it_goes_on_bit_for_bit(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    straight, stopped = make_trainer(), make_trainer()
    straight.run(8, progress=False)
    stopped.batches = interrupting(at=3)
    stopped.run(8, progress=False, checkpoint=tmp_path / "run.npz")
    assert stopped.step == len(stopped.history.loss) == 4
    assert signal.getsignal(signal.SIGINT) is before
    resumed = make_trainer()
    resumed.load(tmp_path / "run.npz")
    for trainer in (stopped, resumed):
        trainer.batches = recall
        trainer.run(8, progress=False)
        assert_untouched(everything(trainer), copies(everything(straight)))


def test_second_interrupt_raises_at_once_and_still_saves(tmp_path):
    def batches(update):
        if update == 2:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return recall(update)

    trainer = make_trainer()
    trainer.batches = batches
    with pytest.raises(KeyboardInterrupt):
        trainer.run(8, progress=False, checkpoint=tmp_path / "run.npz")
    other = make_trainer()
    other.load(tmp_path / "run.npz")
    assert other.step == 2


def test_run_that_is_not_interruptible_raises_at_once(pythons_own_handler):
    trainer = make_trainer()
    trainer.batches = interrupting(at=3)
    with pytest.raises(KeyboardInterrupt):
        trainer.run(8, progress=False, interruptible=False)
    assert trainer.step == 3
    assert signal.getsignal(signal.SIGINT) is pythons_own_handler


@pytest.mark.parametrize("rng", [7, [7, 1], np.int64(7), "generator"], ids=str)
def test_run_with_dropout_of_any_seed_goes_on_bit_for_bit(rng, tmp_path):
    def make():
        return make_trainer(rng=np.random.default_rng(7) if rng == "generator" else rng)

    straight, first, second = make(), make(), make()
    straight.run(6, progress=False)
    first.run(3, progress=False, checkpoint=tmp_path / "run.npz")
    second.load(tmp_path / "run.npz")
    second.run(6, progress=False)
    assert_untouched(everything(second), copies(everything(straight)))
    assert first.history.loss[:3] == straight.history.loss[:3]
    assert make_trainer(rng=8).run(3, progress=False).loss != first.history.loss


def test_a_generator_gives_each_trainer_a_seed_of_its_own_which_its_file_keeps(tmp_path):
    rng = np.random.default_rng(0)
    one, two = make_trainer(rng=rng), make_trainer(rng=rng)
    assert one.run(3, progress=False).loss != two.run(3, progress=False).loss
    one.save(tmp_path / "run.npz")
    two.load(tmp_path / "run.npz")
    assert_untouched(everything(two), copies(everything(one)))
    plain = make_trainer(rng=None)
    plain.load(tmp_path / "run.npz")
    assert plain.rng is None  # dropout stays out if the new trainer leaves it out


def test_an_integer_seed_draws_the_dropout_of_the_stored_experiments():
    trainer = make_trainer(rng=3)
    loss = trainer.model.loss_and_gradients(recall(0), rng=np.random.default_rng([3, 0]))[0]
    assert trainer.run(1, progress=False).loss == [loss]


def test_what_a_history_hands_out_is_a_copy():
    trainer = make_trainer()
    trainer.run(4, progress=False)
    told = trainer.history.to_dict()
    before = copies([told["loss"], told["gradient_norm"], *told["metrics"]["size"]])
    trainer.run(6, progress=False)
    assert_untouched([told["loss"], told["gradient_norm"], *told["metrics"]["size"]], before)
    told["loss"][:] = []
    told["metrics"]["size"][1].append(0.0)
    assert len(trainer.history.loss) == 6
    assert len(trainer.history.metrics["size"][1]) == 3


def test_gradients_whose_squares_overflow_are_clipped_and_recorded():
    model = lt.SequenceModel(lt.LSTM(1, 3, dtype="float32", rng=0), 1, loss="mean_squared_error", rng=0)
    batch = Batch(np.full((2, 1, 1), 1e-3, np.float32), np.full((2, 1, 1), 1e25))
    trainer = lt.Trainer(model, lambda update: batch, lt.SGD(0.1), clip=1.0)
    before = copies(model.parameters())
    history = trainer.run(1, progress=False)
    assert 1e24 < history.gradient_norm[0] < 1e26
    moved = [(array - before[name]).ravel() for name, array in model.parameters().items()]
    assert np.linalg.norm(np.concatenate(moved)) == pytest.approx(0.1, rel=1e-4)


def test_gradient_that_is_not_finite_stops_the_run_before_it_reaches_the_parameters():
    trainer = make_trainer(rng=None)
    trainer.run(2, progress=False)
    before = copies(everything(trainer))
    real = trainer.model.loss_and_gradients

    def broken(*arguments, **options):
        loss, gradients, trace = real(*arguments, **options)
        return loss, gradients | {"readout.bias": gradients["readout.bias"] * np.nan}, trace

    trainer.model.loss_and_gradients = broken
    with pytest.raises(FloatingPointError, match=re.escape("got NaN or inf in ['readout.bias']")):
        trainer.run(5, progress=False)
    assert_untouched(everything(trainer), before)


def test_history_of_a_loaded_run_is_the_one_that_was_saved(tmp_path):
    trainer, other = make_trainer(), make_trainer()
    trainer.run(4, progress=False)
    trainer.save(tmp_path / "run.npz")
    other.load(tmp_path / "run.npz")
    assert other.history.to_dict() == trainer.history.to_dict()
    other.run(6, progress=False)
    assert len(trainer.history.loss) == 4


# -- what objects say of themselves ------------------------------------------------------------------------------------


def test_trainer_and_history_say_what_they_are():
    trainer = make_trainer()
    assert repr(trainer.history) == "History(0 updates)"
    trainer.run(2, progress=False)
    loss, (_, sizes) = trainer.history.loss, trainer.history.metrics["size"]
    assert repr(trainer.history) == f"History(2 updates, loss {loss[0]:.4g} to {loss[1]:.4g}, size {sizes[0]:.4g})"
    assert repr(trainer) == f"Trainer({trainer.model!r}, {trainer.optimizer!r}, clip=1.0, step=2)"


# -- what a user may get wrong -----------------------------------------------------------------------------------------


def test_message_for_a_file_that_holds_no_training_state_and_nothing_is_changed(tmp_path):
    trainer = make_trainer()
    trainer.run(2, progress=False)
    before = copies(everything(trainer))
    lt.save(trainer.model, tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"^Trainer\.load: expected a training state, got "):
        trainer.load(tmp_path / "model.npz")
    assert_untouched(everything(trainer), before)


@pytest.mark.parametrize(
    "about",
    [{}, {"step": 2}, {"step": 2, "history": [1]}, {"step": "two", "history": lt.History().to_dict()}],
    ids=["nothing", "no history", "a list", "no number"],
)
def test_message_for_a_training_state_that_somebody_else_wrote_and_nothing_is_changed(about, tmp_path):
    trainer = make_trainer()
    trainer.run(2, progress=False)
    before = copies(everything(trainer))
    write_arrays(tmp_path / "run.npz", {}, {"kind": "Trainer"} | about)
    with pytest.raises(ValueError, match=r"^Trainer\.load: expected a training state, got "):
        trainer.load(tmp_path / "run.npz")
    assert_untouched(everything(trainer), before)


def test_message_for_saving_a_trainer_as_if_it_were_a_model(tmp_path):
    with pytest.raises(ValueError, match=r"^save: .*, got Trainer; its own method save writes it$"):
        lt.save(make_trainer(), tmp_path / "trainer.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: make_trainer(layer=lt.RNN), "expected layer.weight_ih_l0 of shape"),
        (lambda: make_trainer(stream), "got unknown ["),
        (lambda: make_trainer(optimizer=lt.SGD), "expected memories ['m', 'v'], got"),
    ],
    ids=["another layer", "another depth", "another optimizer"],
)
def test_message_for_the_state_of_another_training_and_nothing_is_changed(other, message, tmp_path):
    writer, reader = other(), make_trainer()
    for trainer in (writer, reader):
        trainer.run(2, progress=False)
    writer.save(tmp_path / "run.npz")
    before = copies(everything(reader))
    with pytest.raises(ValueError, match=re.escape(message)):
        reader.load(tmp_path / "run.npz")
    assert_untouched(everything(reader), before)


def test_message_for_batches_that_are_none_and_for_a_number_of_steps_that_is_none():
    trainer = make_trainer(batches=lambda update: (np.zeros((3, 2, 5)), np.zeros((3, 2), int)))
    with pytest.raises(ValueError, match=r"^Trainer: expected batches to return a lt\.tasks\.Batch, got tuple$"):
        trainer.run(1, progress=False)
    with pytest.raises(ValueError, match=r"^Trainer\.run: expected steps to be an int, got 2\.5$"):
        make_trainer().run(2.5, progress=False)


def test_model_whose_batch_does_not_fit_says_so_and_is_not_changed():
    trainer = make_trainer()
    trainer.run(1, progress=False)
    before = copies(trainer.model.parameters())
    trainer.batches = lambda update: Batch(np.zeros((3, 2, 4)), np.zeros((3, 2), int))
    with pytest.raises(ValueError, match=re.escape("LSTM: expected x of shape (T, N, 5), got (3, 2, 4)")):
        trainer.run(2, progress=False)
    assert_untouched(trainer.model.parameters(), before)


MODEL = lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, rng=0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lt.Trainer(lt.RNN(3, 4, rng=0), recall, lt.Adam()),
         "expected a model with loss_and_gradients, such as lt.SequenceModel(layer, output_size), got RNN(3, 4)"),
        (lambda: lt.Trainer(lt.SequenceModel, recall, lt.Adam()),
         "expected a model with loss_and_gradients, such as lt.SequenceModel(layer, output_size), got <class "
         "'lstm_tutor.models.SequenceModel'>"),
        (lambda: lt.Trainer(MODEL, None, "adam"),
         "expected batches to be a function from an update's number to a Batch, such as lambda k: batch, got NoneType"),
        (lambda: lt.Trainer(MODEL, recall(0), lt.Adam()),
         "expected batches to be a function from an update's number to a Batch, such as lambda k: batch, got Batch"),
        (lambda: lt.Trainer(MODEL, recall, "adam"), "expected an optimizer, such as lt.Adam(0.001), got 'adam'"),
        (lambda: lt.Trainer(MODEL, recall, lt.Adam),
         "expected an optimizer, such as lt.Adam(0.001), got <class 'lstm_tutor.optim.rules.Adam'>"),
        (lambda: make_trainer(clip=0), "expected clip > 0, got 0"),
        (lambda: make_trainer(clip=np.nan), "expected clip > 0, got nan"),
        (lambda: make_trainer(clip="1"), "expected clip to be a finite number, got '1'"),
        (lambda: make_trainer(schedule=0.1), "expected schedule to be a function from an update's number to its "
         "learning rate, such as lt.optim.cosine(0.01, 1000), got 0.1"),
        (lambda: make_trainer(metrics=["size"]),
         "expected metrics to be a dict of functions from the model to a number, got ['size']"),
        (lambda: make_trainer(metrics={"size": 3}),
         "expected metrics to be a dict of functions from the model to a number, got {'size': 3}"),
        (lambda: make_trainer(every=0), "expected every to be a positive int, got 0"),
        (lambda: make_trainer(every=2.5), "expected every to be a positive int, got 2.5"),
        (lambda: make_trainer(rng="seed"), "expected rng to be None, a seed (ints >= 0) or a Generator, got 'seed'"),
        (lambda: make_trainer(rng=-1), "expected rng to be None, a seed (ints >= 0) or a Generator, got -1"),
        (lambda: make_trainer(rng=0.5), "expected rng to be None, a seed (ints >= 0) or a Generator, got 0.5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_message_for_a_trainer_that_could_not_train(make, message):
    with pytest.raises(ValueError, match=f"^Trainer: {re.escape(message)}$"):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lt.Adam(lr=0.1), "Adam: expected options among ['learning_rate', 'betas', 'eps'], got lr=0.1; "
         "it is called learning_rate here"),
        (lambda: lt.Adam(weight_decay=0.1), "got weight_decay=0.1; AdamW has it"),
        (lambda: lt.SGD(0.1, momentm=0.9), "got momentm=0.9; did you mean momentum?"),
        (lambda: lt.RMSProp(alpha=0.9), "got alpha=0.9; it is called decay here"),
        (lambda: make_trainer(clipping=1.0), "got clipping=1.0; did you mean clip?"),
    ],
    ids=["lr", "weight_decay", "momentm", "alpha", "clipping"],
)  # fmt: skip
def test_message_for_an_option_of_another_name_says_which_is_meant(make, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        make()


def test_message_for_saving_parameters_that_could_not_be_loaded_and_the_old_file_stays(tmp_path):
    trainer, path = make_trainer(), tmp_path / "run.npz"
    trainer.run(2, progress=False, checkpoint=path)
    before = path.read_bytes()
    trainer.model.parameters()["readout.bias"][0] = np.nan
    with pytest.raises(ValueError, match=r"^Trainer\.save: expected finite parameters, got NaN or inf in \['readout"):
        trainer.save(path)
    assert path.read_bytes() == before

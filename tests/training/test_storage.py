"""What was saved is loaded bit for bit; what is damaged or foreign is refused; no file is ever half written."""

import json
import pickle
import re
import zipfile

import numpy as np
import pytest
from cases import CELLS, LSTM, assert_untouched, by_id, copies, shake
from hypothesis import given, settings
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.storage import load_with_notes, read_arrays, write_arrays


def random_thing(kind, rng, *, model=False, **options):
    layer = kind.layer(3, 4, **kind.options, **options)
    thing = lt.SequenceModel(layer, 2, loss="mean_squared_error") if model else layer
    shake(thing.parameters(), rng)
    return thing


@pytest.fixture
def saved(tmp_path, rng):
    layer = random_thing(LSTM, rng)
    lt.save(layer, tmp_path / "layer.npz")
    return layer, tmp_path / "layer.npz"


# -- there and back ----------------------------------------------------------------------------------------------------


layouts = st.fixed_dictionaries({
    "num_layers": st.integers(1, 3), "bidirectional": st.booleans(), "dropout": st.sampled_from([0.0, 0.3]),
    "dtype": st.sampled_from(["float64", "float32"]),
})  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*dropout acts between layers")
@pytest.mark.parametrize("kind", CELLS, ids=by_id)
@settings(max_examples=6)  # of each kind; how they are stored, all kinds share
@given(layout=layouts, model=st.booleans(), seed=st.integers(0, 99))
def test_loading_what_was_saved_is_identity(tmp_path_factory, kind, layout, model, seed):
    thing = random_thing(kind, np.random.default_rng(seed), model=model, **layout)
    path = tmp_path_factory.mktemp("there") / "thing.npz"
    lt.save(thing, path)
    loaded = lt.load(path)
    assert type(loaded) is type(thing)
    assert repr(loaded) == repr(thing)
    assert_untouched(loaded.parameters(), copies(thing.parameters()))
    x = np.random.default_rng(0).standard_normal((2, 2, 3))
    outputs = [t.forward(x)[0] if model else t.forward(x).output for t in (loaded, thing)]
    np.testing.assert_array_equal(*outputs)


def test_options_of_the_cell_come_back(tmp_path):
    for layer in (lt.RNN(3, 4, nonlinearity="relu", rng=0), lt.LSTM(3, 4, forget_bias=-2.0, rng=0)):
        lt.save(layer, tmp_path / "layer.npz")
        assert lt.load(tmp_path / "layer.npz").config() == layer.config()


def test_notes_come_back(tmp_path, saved):
    layer, path = saved
    assert load_with_notes(path)[1] is None
    notes = {"seed": 3, "loss": 0.25, "settings": {"clip": None, "names": ["a", "é"]}}
    lt.save(layer, path, notes=notes)
    loaded, told = load_with_notes(path)
    assert told == notes
    assert_untouched(loaded.parameters(), copies(layer.parameters()))


def test_notes_may_hold_numbers_of_numpy(saved):
    layer, path = saved
    notes = {"seed": np.int64(5), "loss": np.float32(0.25), "right": np.bool_(True), "list": [np.uint8(3)]}
    lt.save(layer, path, notes=notes)
    assert load_with_notes(path)[1] == {"seed": 5, "loss": 0.25, "right": True, "list": [3]}


def test_path_may_be_text_and_needs_no_suffix(tmp_path, saved):
    layer, _ = saved
    lt.save(layer, str(tmp_path / "layer"))
    assert (tmp_path / "layer").exists()
    assert_untouched(lt.load(str(tmp_path / "layer")).parameters(), copies(layer.parameters()))


def test_loaded_layer_is_its_own(saved):
    _, path = saved
    one, two = lt.load(path), lt.load(path)
    one.parameters()["bias_l0"][...] = 9
    assert not (two.parameters()["bias_l0"] == 9).any()


def test_a_file_holds_arrays_and_text_and_nothing_that_could_run(saved):
    layer, path = saved
    with np.load(path, allow_pickle=False) as file:
        assert set(file.files) == {"about", *layer.parameters()}
        assert all(file[name].dtype.kind in "fu" for name in file.files)
        about = json.loads(bytes(file["about"]))
    assert about["format"] == "lstm_tutor 1"
    assert about["kind"] == {"type": "LSTM"} | layer.config()


# -- all of it or nothing ----------------------------------------------------------------------------------------------


def test_save_that_fails_leaves_the_old_file_and_nothing_else(saved, monkeypatch):
    layer, path = saved
    before = path.read_bytes()

    def full_disk(file, **arrays):
        file.write(b"half of")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    with pytest.raises(OSError, match="no space left"):
        lt.save(layer, path)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_message_for_notes_that_json_cannot_hold_and_the_old_file_stays(saved):
    layer, path = saved
    before = path.read_bytes()
    with pytest.raises(TypeError, match="not JSON serializable"):
        lt.save(layer, path, notes={"array": np.zeros(2)})
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_message_for_saving_what_is_no_layer(tmp_path):
    class LSTM(lt.LSTM):
        """What a file could not tell from the package's own."""

    for thing in (lt.Adam(), {"weight": np.zeros(3)}, LSTM(3, 4, rng=0)):
        message = f"^save: expected a layer, an attention or a model, got {type(thing).__name__}$"
        with pytest.raises(ValueError, match=message):
            lt.save(thing, tmp_path / "thing.npz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_message_for_saving_parameters_that_could_not_be_loaded_and_the_old_file_stays(saved, value):
    layer, path = saved
    before = path.read_bytes()
    layer.parameters()["bias_l0"][2] = value
    with pytest.raises(ValueError, match=r"^save: expected finite parameters, got NaN or inf in \['bias_l0'\]$"):
        lt.save(layer, path)
    assert path.read_bytes() == before


def test_message_for_the_file_of_a_trainer_says_who_reads_it(tmp_path):
    model = lt.SequenceModel(lt.RNN(5, 2, rng=0), 2, rng=0)
    trainer = lt.Trainer(model, lambda k: lt.tasks.recall(2, 3, symbols=2, rng=k), lt.Adam())
    trainer.run(1, progress=False, checkpoint=tmp_path / "run.npz")
    with pytest.raises(ValueError, match=r"^load: .*run.npz with the state of a Trainer, which Trainer\.load reads"):
        lt.load(tmp_path / "run.npz")


def test_message_for_saving_into_a_folder_that_is_not_there(tmp_path, saved):
    with pytest.raises(FileNotFoundError):
        lt.save(saved[0], tmp_path / "nowhere" / "layer.npz")


# -- what is damaged or foreign is refused -----------------------------------------------------------------------------


def test_damage_anywhere_is_refused_or_harmless(saved):
    """A bit flipped anywhere in the file: either ValueError, or the layer that was saved."""
    layer, path = saved
    whole, before = path.read_bytes(), copies(layer.parameters())
    rng = np.random.default_rng(0)
    for place in rng.choice(len(whole), 400, replace=False):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            loaded = lt.load(path)
        except ValueError as error:
            assert str(error).startswith("load: expected a ")
        else:
            assert_untouched(loaded.parameters(), before)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_message_for_a_file_cut_short(saved, share):
    _, path = saved
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=rf"^load: expected a file written by lstm_tutor .*got {re.escape(str(path))}"):
        lt.load(path)


class Trap:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a file was unpickled",))


FOREIGN = {
    "nothing at all": lambda path: path.touch(),
    "text": lambda path: path.write_text("hello"),
    "a pickle": lambda path: path.write_bytes(pickle.dumps(Trap())),
    "a zip of something else": lambda path: zipfile.ZipFile(path, "w").writestr("a.txt", "hello"),
    "a single array": lambda path: np.save(path.open("wb"), np.zeros(3)),
    "arrays of somebody else": lambda path: np.savez(path.open("wb"), weight=np.zeros(3)),
    "arrays of pickles": lambda path: np.savez(path.open("wb"), about=np.array([Trap()], dtype=object)),
    "a later format": lambda path: np.savez(
        path.open("wb"), about=np.frombuffer(json.dumps({"format": "lstm_tutor 9"}).encode(), np.uint8)
    ),
    "a list for a description": lambda path: np.savez(path.open("wb"), about=np.frombuffer(b"[1]", np.uint8)),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("what", FOREIGN)
def test_message_for_a_file_that_something_else_wrote(tmp_path, what):
    path = tmp_path / "foreign.npz"
    FOREIGN[what](path)
    with pytest.raises(ValueError, match=r"^load: expected a file written by lstm_tutor \('lstm_tutor 1'\), got "):
        lt.load(path)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: path.write_text("hello"), r"it is no \.npz, or not a whole one$"),
        (lambda path: np.save(path.open("wb"), np.zeros(3)), r"it is no \.npz, or not a whole one$"),
        (lambda path: np.savez(path.open("wb"), weight=np.zeros(3)), r"it has no entry 'about' among \['weight'\]$"),
    ],
    ids=["text", "one array", "arrays"],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_message_for_a_foreign_file_says_what_is_wrong_with_it_and_nothing_of_pickles(tmp_path, write, message):
    path = tmp_path / "foreign.npz"
    write(path)
    with pytest.raises(ValueError, match=message):
        lt.load(path)


def test_message_for_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^save: expected a file in an existing folder, got .*model\.npz$"):
        lt.save(lt.RNN(3, 4, rng=0), tmp_path / "nowhere" / "model.npz")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (None, "NoneType"),
        ({"input_size": 3}, "'type'"),
        ({"type": "Perceptron"}, "unknown class 'Perceptron'"),
        ({"type": "LSTM", "input_size": 3, "hidden_size": 4, "tail": 1}, "got tail=1"),
        ({"type": "LSTM", "input_size": 3, "hidden_size": -4}, "expected hidden_size to be a positive int"),
        ({"type": "LSTM", "input_size": 3, "hidden_size": 5}, "expected weight_ih_l0 of shape"),
        ({"type": "RNN", "input_size": 3, "hidden_size": 4, "num_layers": 2}, "and missing ['bias_l1'"),
        ("Layer", ": "),
    ],
    ids=str,
)
def test_message_for_a_description_that_does_not_fit_the_arrays(saved, kind, message):
    layer, path = saved
    write_arrays(path, layer.parameters(), {"kind": kind})
    with pytest.raises(ValueError, match=rf"^load: expected a layer or model, got .*{re.escape(message)}") as raised:
        lt.load(path)
    assert str(path) in str(raised.value)


def test_message_for_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape("nothing.npz")):
        lt.load(tmp_path / "nothing.npz")


def test_arrays_of_every_shape_come_back(tmp_path):
    arrays = {"scalar": np.array(3), "empty": np.zeros((0, 2)), "a/b:c": np.arange(6.0).reshape(2, 3)}
    write_arrays(tmp_path / "arrays", arrays, {"kind": "test"})
    loaded, about = read_arrays(tmp_path / "arrays")
    assert_untouched({name: loaded[name] for name in arrays}, copies(arrays))
    assert about == {"format": "lstm_tutor 1", "kind": "test"}

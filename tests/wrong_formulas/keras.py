"""Wrong readings of Keras's weights."""

from wrong_formulas.mutant import Mutant

KERAS = ("reference/test_keras.py",)

MUTANTS = [
    Mutant("from_keras: the LSTM's kernel is not transposed, but read as if it were", "keras.py",
           (('"weight_ih": kernel.T, "weight_hh": recurrent.T',
             '"weight_ih": kernel.reshape(kernel.T.shape), "weight_hh": recurrent.T'),), KERAS),
    Mutant("from_keras: the GRU's z and r change places", "keras.py", (("[r, z, n])", "[z, r, n])"),), KERAS),
    Mutant("from_keras: both of the GRU's candidate biases lie outside the reset gate", "keras.py",
           (("np.zeros_like(bias_h)])", "bias_h])"), ('"bias_hn": bias_h}', '"bias_hn": 0 * bias_h}')), KERAS),
    Mutant("from_keras: the GRU's input bias is the one inside the reset gate", "keras.py",
           (("bias_input, bias_recurrent = bias if", "bias_recurrent, bias_input = bias if"),), KERAS),
    Mutant("from_keras: the GRU's recurrent bias of the gates is lost", "keras.py",
           (("[bias_recurrent[: 2 * H], ", "[0 * bias_recurrent[: 2 * H], "),), KERAS),
    Mutant("from_keras: one bias is taken for reset_after", "keras.py",
           (("    return bias.ndim == 2\n", "    return bias.ndim == 1\n"),), KERAS),
    Mutant("from_keras: a GRU without a bias resets before the product", "keras.py",
           (("return True if reset_after is None", "return False if reset_after is None"),), KERAS),
    Mutant("from_keras: the backward direction's weights come first", "keras.py",
           (("(arrays[:half], arrays[half:])", "(arrays[half:], arrays[:half])"),), KERAS),
    Mutant("from_keras: backward is sorted before forward", "keras.py",
           (('"backward" in before)', '"forward" in before)'),), KERAS),
    Mutant("from_keras: numbered arrays are sorted as text", "keras.py",
           (('key=lambda name: int(name.removeprefix("arr_"))', "key=str"),), KERAS),
    Mutant("from_keras: two stacked layers are taken for two directions", "keras.py",
           (("if bidirectional is None and shapes[0] == shapes[1]:", "if False:"),), KERAS),
    Mutant("from_keras: NaN weights are taken", "keras.py", (("if not np.isfinite(array).all():", "if False:"),), KERAS),
    Mutant("from_keras: the nonlinearity is forgotten", "keras.py",
           (('options["nonlinearity"] = nonlinearity', "pass"),), KERAS),
]  # fmt: skip

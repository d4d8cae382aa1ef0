// Exercises that are marked in the page: after a right answer the solution unfolds, and the exercise counts as solved.

/** The exercise that a cell answers: the last one before it. */
function exerciseOf(root) {
  const places = [...document.querySelectorAll(".exercise.admonition[id], div.cell[id]")];
  const before = places.slice(0, places.indexOf(root)).filter((place) => place.matches(".exercise"));
  return before.at(-1);
}

/** Open the solutions of an exercise. */
function unfold(label) {
  for (const solution of document.querySelectorAll(".solution.admonition.toggle-hidden")) {
    const title = solution.querySelector(".admonition-title");
    if (title.querySelector(`a[href$="#${CSS.escape(label)}"]`)) title.querySelector("button.toggle-button")?.click();
  }
}

export function followExercises(page) {
  page.onDone = (cell) => {
    if (!cell.about.exercise) return;
    const exercise = exerciseOf(cell.root);
    if (!exercise) return;
    if (!cell.root.querySelector(".lt-live .lt-verdict.right")) {
      if (cell.root.querySelector(".lt-live .lt-verdict.wrong")) cell.say("Not yet. The marker says why below.");
      return;
    }
    page.help.setSolved(exercise.id);
    unfold(exercise.id);
    cell.say("Solved. The solution is open below.");
  };
}

// The gradient lab's worker: it measures.

import { answerNewest } from "../js/kit/answers.js";
import { answers } from "./results.js";

answerNewest(answers);

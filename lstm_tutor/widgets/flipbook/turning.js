// What a flipbook does with its frames, without a page: which frame a drag asks for, how fast it plays, what ids it has.

import { clamp } from "../js/kit/values.js";

const MARK = /\ue000/g; // of lstm_tutor/widgets/flipbook/frames.py: stands before every id
const LASTS = 5; // seconds of a play of many frames

/** Frames per second: a few frames slowly, many in five seconds. @param {number} count */
export const speedOf = (count) => clamp(count / LASTS, 1.5, 12);

/**
 * The frame that a drag sideways over the picture asks for: over four fifths of its width, it passes all frames.
 * @param {number} from  the frame when the drag began
 * @param {number} way  px, to the right
 * @param {number} width  of the picture, in px
 * @param {number} count  of frames
 */
export const frameAt = (from, way, width, count) =>
  clamp(from + Math.round((way / (0.8 * Math.max(width, 1))) * (count - 1)), 0, count - 1);

/** A frame whose ids nothing else on the page has. @param {string} frame @param {string} prefix */
export const withIds = (frame, prefix) => frame.replace(MARK, `${prefix}-`);

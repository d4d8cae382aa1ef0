// Devices on which Python in a page would end the page: they keep it as it is stored.

const LEAST_MEMORY = 2; // GB; Chromium's browsers say 0.25, 0.5, 1, 2, 4 or 8, others nothing
const LEAST_IOS = 17; // no device of 2 GB but one iPad has it, and Safari ends a tab that takes too much

/** The version of iOS or iPadOS, or null elsewhere. An iPad says that it is a Mac; a Mac has no touch screen. */
function iosVersion({ userAgent, maxTouchPoints }) {
  const isApple = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  const version = /(?:Version|CriOS|FxiOS)\/(\d+)|OS (\d+)_/.exec(userAgent);
  return isApple && version ? Number(/OS (\d+)_/.exec(userAgent)?.[1] ?? version[1]) : null;
}

/** Why this device cannot run Python in a page, or "" if it can. */
export function refusal(device = navigator) {
  const ios = iosVersion(device);
  const isSmall = device.deviceMemory < LEAST_MEMORY || (ios !== null && ios < LEAST_IOS);
  if (isSmall) return "Python needs more memory than this device has for a page. The page stays as it is; on a computer every cell runs.";
  if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") return "This browser cannot run Python in a page. The page stays as it is.";
  return "";
}

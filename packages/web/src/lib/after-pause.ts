/** Calls back at the first frame after a pause; a page that nobody sees has no frames, there it is a timer. */
export function afterPause(milliseconds: number, callback: () => void): void {
  const atFrame = () => {
    if (document.visibilityState === 'hidden') setTimeout(callback, 250);
    else requestAnimationFrame(callback);
  };
  if (milliseconds < 17) atFrame();
  else setTimeout(atFrame, milliseconds);
}

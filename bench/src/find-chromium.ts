import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
/** Where installers put it that do not touch the search path. */
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * A Chromium of this machine: `$CHROMIUM`, else one on the search path, else one where its installer puts it. Throws an
 * Error that says how to get one; nothing is ever downloaded.
 */
export function findChromium(
  { CHROMIUM, PATH = '' }: NodeJS.ProcessEnv = process.env,
  runs: (path: string) => boolean = isExecutable,
): string {
  if (CHROMIUM) {
    if (runs(CHROMIUM)) return CHROMIUM;
    throw new Error(`CHROMIUM is "${CHROMIUM}", which cannot be run; it must be the path of a Chromium or Chrome`);
  }
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  const found = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PLACES].find(runs);
  if (found !== undefined) return found;
  throw new Error(
    'no Chromium was found: install one (Debian: apt install chromium; macOS: brew install chromium), or name it in CHROMIUM',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

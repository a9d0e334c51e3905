import { Emitter } from './emitter.ts';

export type Theme = 'system' | 'light' | 'dark';

/** Where `theme.js` looks before the first paint. */
const NAME = 'lantern.theme';

export const themeChanges = new Emitter();

export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(NAME);
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(NAME, theme);
  }
  themeChanges.emit();
}

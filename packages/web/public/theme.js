// Runs before anything is painted, so that the page never flashes in the wrong colours.
try {
  const theme = localStorage.getItem('lantern.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme it is.
}

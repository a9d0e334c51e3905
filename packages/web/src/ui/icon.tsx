import type { ReactElement } from 'react';

/** Drawn on a grid of 24 with round lines. */
const shapes = {
  add: 'M12 5v14M5 12h14',
  attach: 'm20 11-8.2 8.2a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.1a1.7 1.7 0 0 1-2.3-2.3L14.5 7.2',
  back: 'm14.5 6-6 6 6 6',
  book: 'M5 19V6a2 2 0 0 1 2-2h12v16H6.5A1.5 1.5 0 0 1 5 18.5c0-.9.7-1.5 1.5-1.5H19',
  chat: 'M4 12a7.5 7.5 0 0 1 8-7.5 7.5 7.5 0 0 1 8 7.5 7.5 7.5 0 0 1-8 7.5c-1.2 0-2.3-.2-3.3-.6L4.5 20l1-3.7A7 7 0 0 1 4 12z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  columns: 'M4 5h16v14H4zM12 5v14',
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  down: 'm6 9.5 6 6 6-6',
  edit: 'M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5zM14 6.5l3.5 3.5',
  export: 'M12 15V4M7.5 8.5 12 4l4.5 4.5M5 14v5h14v-5',
  gauge: 'M4.5 17a8.5 8.5 0 1 1 15 0M12 13.5l3.5-4',
  gear: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  import: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M5 14v5h14v-5',
  key: 'M14 10a4.5 4.5 0 1 0-4.5 4.5c.7 0 1.3-.1 1.9-.4L13 15.5h2v2h2v2h3v-3L14 11M8.7 9.2h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  next: 'm9.5 6 6 6-6 6',
  pulse: 'M3 12h4l3-7 4 14 3-7h4',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4.5H15',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20',
  send: 'M12 19V5M6 11l6-6 6 6',
  sidebar: 'M4 5h16v14H4zM9.5 5v14',
  spark: 'M12 3.5c.6 4.5 3 7.4 8 8.5-5 1.1-7.4 4-8 8.5-.6-4.5-3-7.4-8-8.5 5-1.1 7.4-4 8-8.5z',
  stop: 'M7.5 7.5h9v9h-9z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  tool: 'M14.5 6.5a4 4 0 0 1 5-1.5l-2.7 2.7.2 2.3 2.3.2L22 7.5a4 4 0 0 1-5.5 4.6L9 19.6a2.1 2.1 0 0 1-3-3l7.5-7.5a4 4 0 0 1 1-2.6z',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  warning: 'M12 4 3 19.5h18zM12 10v4.5M12 17h.01',
} as const;

export type IconName = keyof typeof shapes;

/** A picture that says nothing by itself; what it is beside, or its button, has the words. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.6 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={shapes[name]} fill={name === 'stop' ? 'currentColor' : 'none'} />
    </svg>
  );
}

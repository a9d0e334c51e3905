import type { ComponentType } from 'react';
import type { IconName } from '../ui/icon.tsx';

/** A page of the site. Each is a folder here whose `page.ts` exports one of these as `page`; nothing else names it. */
export type Page = {
  /** First part of its address: `#/ID`. */
  id: string;
  title: string;
  icon: IconName;
  /** Its place in the list of pages; the lowest one is shown first. */
  order: number;
  /** What it is made of, fetched when it is first shown. `Sidebar` stands beneath the list of pages. */
  load: () => Promise<{ Page: ComponentType<PageProps>; Sidebar?: ComponentType<PageProps> }>;
};

/** What of the address follows the page's id. */
export type PageProps = { rest: readonly string[] };

const found = import.meta.glob<{ page: Page }>('./*/page.ts', { eager: true });

/** All pages, in their order. */
export const pages: readonly Page[] = Object.values(found)
  .map(({ page }) => page)
  .sort((a, b) => a.order - b.order);

import { type ComponentType, lazy, type ReactElement } from 'react';
import { type Page, type PageProps, pages } from '../pages/page.ts';

type Props = PageProps & { page: Page };

const loaded = new Map(
  pages.map((page) => {
    const parts = () => page.load();
    return [
      page.id,
      {
        Page: lazy(async () => ({ default: (await parts()).Page })),
        Sidebar: lazy(async () => ({ default: (await parts()).Sidebar ?? Nothing })),
      },
    ] as const;
  }),
);

/** A page, fetched when it is first shown. */
export function LazyPage({ page, rest }: Props): ReactElement {
  const Shown: ComponentType<PageProps> = loaded.get(page.id)!.Page;
  return <Shown rest={rest} />;
}

/** The sidebar of a page, if it has one. */
export function LazySidebar({ page, rest }: Props): ReactElement {
  const Shown: ComponentType<PageProps> = loaded.get(page.id)!.Sidebar;
  return <Shown rest={rest} />;
}

function Nothing(): null {
  return null;
}

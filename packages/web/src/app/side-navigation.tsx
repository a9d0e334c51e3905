import type { ReactElement } from 'react';
import { serverUrl } from '../api/server-url.ts';
import { pages } from '../pages/page.ts';
import { Icon } from '../ui/icon.tsx';
import { hrefOf } from './router.ts';
import styles from './side-navigation.module.css';

/** The list of pages. */
export function SideNavigation({ current }: { current: string }): ReactElement {
  return (
    <nav aria-label="Pages" className={styles.list}>
      {pages.map(({ id, title, icon }) => (
        <a key={id} href={hrefOf(id)} className={styles.link} aria-current={id === current ? 'page' : undefined}>
          <Icon name={icon} />
          {title}
        </a>
      ))}
      <a href={serverUrl('docs')} className={styles.link}>
        <Icon name="book" />
        API reference
      </a>
    </nav>
  );
}

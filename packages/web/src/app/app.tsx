import { CSPProvider } from '@base-ui/react/csp-provider';
import { type ReactElement, Suspense, useEffect, useState } from 'react';
import { pages } from '../pages/page.ts';
import { IconButton } from '../ui/button.tsx';
import { useMediaQuery } from '../ui/use-media-query.ts';
import styles from './app.module.css';
import { LazyPage, LazySidebar } from './lazy-page.tsx';
import { useRoute } from './router.ts';
import { SideFooter } from './side-footer.tsx';
import { SideNavigation } from './side-navigation.tsx';
import { SignIn } from './sign-in.tsx';

/** The frame around every page: the list of pages, the page's own sidebar, the page. */
export function App(): ReactElement {
  const { page: id, rest } = useRoute();
  const page = pages.find((each) => each.id === id) ?? pages[0]!;
  const [isSideOpen, setSideOpen] = useSidebar();
  useEffect(() => {
    if (isPhone()) setSideOpen(false);
  }, [id, rest]);
  const isOver = useMediaQuery(PHONE) && isSideOpen;
  useEscape(isOver, () => setSideOpen(false));
  useEffect(() => {
    document.title = `${page.title} · Lantern`;
  }, [page]);
  return (
    <CSPProvider disableStyleElements>
      <button type="button" className={styles.skip} onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <div className={styles.frame} data-side={isSideOpen ? 'open' : 'closed'}>
        {isSideOpen && (
          <button
            type="button"
            className={styles.veil}
            aria-label="Close the sidebar"
            onClick={() => setSideOpen(false)}
          />
        )}
        <aside className={styles.side} aria-label="Sidebar" hidden={!isSideOpen}>
          <div className={styles.brand}>
            <Mark />
            <span className={styles.name}>Lantern</span>
            <IconButton label="Hide the sidebar" icon="sidebar" onClick={() => setSideOpen(false)} />
          </div>
          <SideNavigation current={page.id} />
          <div className={styles.own}>
            <Suspense>
              <LazySidebar page={page} rest={rest} />
            </Suspense>
          </div>
          <SideFooter />
        </aside>
        <main id="main" tabIndex={-1} className={styles.main} inert={isOver}>
          {!isSideOpen && (
            <IconButton
              label="Show the sidebar"
              icon="menu"
              className={styles.opener}
              onClick={() => setSideOpen(true)}
            />
          )}
          <Suspense fallback={<div className={styles.waiting} />}>
            <LazyPage page={page} rest={rest} />
          </Suspense>
        </main>
      </div>
      <SignIn />
    </CSPProvider>
  );
}

function Mark(): ReactElement {
  return (
    <svg aria-hidden="true" width="26" height="26" viewBox="0 0 32 32" className={styles.mark}>
      <path d="M10 12.5h12l2 11.5a1.7 1.7 0 0 1-1.7 2H9.7A1.7 1.7 0 0 1 8 24z" fill="var(--accent-fill)" />
      <path d="M16 15c2 2.2 3 3.8 3 5.3a3 3 0 0 1-6 0c0-1.5 1-3.1 3-5.3z" fill="var(--side)" />
      <path d="M11.5 12.5c0-7.5 9-7.5 9 0" fill="none" stroke="var(--accent-fill)" strokeWidth="2" />
    </svg>
  );
}

const NAME = 'lantern.sidebar';
/** There the sidebar lies over the page. */
const PHONE = '(max-width: 760px)';

/** Whether the sidebar is open; a wide screen remembers it. */
function useSidebar(): [boolean, (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(() => !isPhone() && localStorage.getItem(NAME) !== 'closed');
  const set = (next: boolean) => {
    setOpen(next);
    if (!isPhone()) localStorage.setItem(NAME, next ? 'open' : 'closed');
  };
  return [isOpen, set];
}

function useEscape(isOn: boolean, leave: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) leave();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}

function isPhone(): boolean {
  return matchMedia(PHONE).matches;
}

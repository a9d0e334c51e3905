import { type ReactElement, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { hrefOf, navigate } from '../../app/router.ts';
import { exportAll, importFile } from '../../chat/transfer.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { PageProps } from '../page.ts';
import { ConversationRow } from './conversation-row.tsx';
import styles from './conversation-sidebar.module.css';
import { groupByDay } from './group-by-day.ts';
import { useConversationList } from './use-conversations.ts';
import { useSearch } from './use-search.ts';

/** All conversations: a new one, searching, taking some along. */
export function ConversationSidebar({ rest: [current] }: PageProps): ReactElement {
  const id = useId();
  const list = useConversationList();
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const found = useSearch(useDeferredValue(query));
  useShortcuts(search);
  return (
    <>
      <div className={styles.top}>
        <Button icon="add" className={styles.new} onClick={() => navigate(hrefOf('chat'))}>
          New chat
        </Button>
        <Menu align="end" trigger={<IconButton label="Import and export" icon="more" />}>
          <MenuItem icon="import" onChoose={() => chooser.current?.click()}>
            Import conversations …
          </MenuItem>
          <MenuItem icon="export" onChoose={() => void exportAll()}>
            Export all as JSON
          </MenuItem>
        </Menu>
        <input
          ref={chooser}
          type="file"
          accept="application/json,.json"
          hidden
          aria-label="File with conversations"
          onChange={async (event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) setNotice(await importFile(file));
          }}
        />
      </div>
      <div className={styles.search}>
        <Icon name="search" size={16} />
        <label htmlFor={id} className="visually-hidden">
          Search conversations
        </label>
        <input
          id={id}
          ref={search}
          type="search"
          placeholder="Search"
          autoComplete="off"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <Notice text={notice} onEnd={() => setNotice(null)} />
      <nav className={styles.list} aria-label="Conversations">
        {found === null ? (
          groupByDay(list, Date.now()).map(({ title, items }) => (
            <section key={title} aria-label={title}>
              <h2 className={styles.day}>{title}</h2>
              <ul>
                {items.map((conversation) => (
                  <ConversationRow
                    key={conversation.id}
                    conversation={conversation}
                    isCurrent={conversation.id === current}
                  />
                ))}
              </ul>
            </section>
          ))
        ) : (
          <ul>
            {found.map(({ conversation, excerpt }) => (
              <ConversationRow
                key={conversation.id}
                conversation={conversation}
                excerpt={excerpt}
                isCurrent={conversation.id === current}
              />
            ))}
          </ul>
        )}
        {found?.length === 0 && <p className={styles.none}>Nothing found</p>}
        {found === null && list.length === 0 && <p className={styles.none}>Conversations are kept in this browser.</p>}
      </nav>
    </>
  );
}

/** Ctrl+K searches, Ctrl+Shift+O begins a chat; with Command on a Mac. */
function useShortcuts(search: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      if (key === 'k' && !event.shiftKey) search.current?.focus();
      else if (key === 'o' && event.shiftKey) navigate(hrefOf('chat'));
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [search]);
}

import { type ReactElement, useState } from 'react';
import { hrefOf, navigate } from '../../app/router.ts';
import { columnDifferences } from '../../chat/column-differences.ts';
import { deleteComparison } from '../../chat/comparisons.ts';
import type { Comparison } from '../../store/records.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import row from '../chat/conversation-row.module.css';
import styles from '../chat/conversation-sidebar.module.css';
import { groupByDay } from '../chat/group-by-day.ts';
import { useComparisons } from '../chat/use-conversations.ts';
import type { PageProps } from '../page.ts';

/** What was compared, and a new comparison. */
export function ComparisonSidebar({ rest: [current] }: PageProps): ReactElement {
  const list = useComparisons();
  return (
    <>
      <div className={styles.top}>
        <Button icon="add" className={styles.new} onClick={() => navigate(hrefOf('compare'))}>
          New comparison
        </Button>
      </div>
      <nav className={styles.list} aria-label="Comparisons">
        {groupByDay(list, Date.now()).map(({ title, items }) => (
          <section key={title} aria-label={title}>
            <h2 className={styles.day}>{title}</h2>
            <ul>
              {items.map((comparison) => (
                <ComparisonRow key={comparison.id} comparison={comparison} isCurrent={comparison.id === current} />
              ))}
            </ul>
          </section>
        ))}
        {list.length === 0 && <p className={styles.none}>Comparisons are kept in this browser.</p>}
      </nav>
    </>
  );
}

type ComparisonRowProps = { comparison: Comparison; isCurrent: boolean };

function ComparisonRow({ comparison, isCurrent }: ComparisonRowProps): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const { id, columns } = comparison;
  const { title } = columns[0]!;
  const differences = columnDifferences(columns.map(({ settings }) => settings)).filter((words) => words !== '');
  return (
    <li className={row.row}>
      <a href={hrefOf('compare', id)} className={row.link} aria-current={isCurrent ? 'page' : undefined} title={title}>
        <span className={row.title}>{title}</span>
        {differences.length > 0 && <small className={row.excerpt}>{differences.join(' · ')}</small>}
      </a>
      <div className={row.more}>
        <IconButton label={`Delete ${title}`} icon="trash" size="small" onClick={() => setAsked(true)} />
      </div>
      <Dialog isOpen={isAsked} title="Delete the comparison?" onClose={() => setAsked(false)}>
        <p>“{title}” and all its answers will be gone from this browser.</p>
        <DialogActions>
          <Button onClick={() => setAsked(false)}>Keep it</Button>
          <Button kind="danger" onClick={() => deleteComparison(comparison)}>
            Delete
          </Button>
        </DialogActions>
      </Dialog>
    </li>
  );
}

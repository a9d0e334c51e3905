import { type ReactElement, useEffect, useState } from 'react';
import { hrefOf, navigate } from '../../app/router.ts';
import { conversations } from '../../chat/chat-actions.ts';
import { keepColumns, lastColumns } from '../../chat/comparison-presets.ts';
import { newComparison } from '../../chat/comparisons.ts';
import type { ChatSettings } from '../../store/records.ts';
import { useComparisons, useIsLoaded } from '../chat/use-conversations.ts';
import type { PageProps } from '../page.ts';
import { ComparisonView } from './comparison-view.tsx';

export { ComparisonSidebar as Sidebar } from './comparison-sidebar.tsx';

/** `#/compare` begins a comparison, `#/compare/ID` goes on with one. */
export function Page({ rest: [id] }: PageProps): ReactElement | null {
  return id === undefined ? <NewComparison /> : <KnownComparison key={id} id={id} />;
}

function NewComparison(): ReactElement {
  const [comparison, setComparison] = useState(() => newComparison(lastColumns()));
  const change = (settings: readonly ChatSettings[]) => {
    keepColumns(settings);
    setComparison({
      ...comparison,
      columns: comparison.columns.map((column, index) => ({ ...column, settings: settings[index]! })),
    });
  };
  return (
    <ComparisonView
      comparison={comparison}
      onSettings={change}
      onBegin={() => navigate(hrefOf('compare', comparison.id), { replace: true })}
    />
  );
}

function KnownComparison({ id }: { id: string }): ReactElement | null {
  const comparison = useComparisons().find((each) => each.id === id);
  const isLoaded = useIsLoaded();
  const isGone = isLoaded && !comparison;
  useEffect(() => {
    if (isGone) navigate(hrefOf('compare'), { replace: true });
  }, [isGone]);
  if (!comparison) return null;
  const change = (settings: readonly ChatSettings[]) => {
    keepColumns(settings);
    for (const [index, column] of comparison.columns.entries())
      if (settings[index] !== column.settings)
        conversations.updateConversation(column.id, { settings: settings[index]! });
  };
  return <ComparisonView comparison={comparison} onSettings={change} onBegin={() => undefined} />;
}

import { lazy, type ReactElement, Suspense } from 'react';
import styles from './markdown.module.css';

export type MarkdownProps = { text: string; isStreaming: boolean };

const loadView = () => import('./markdown-view.tsx');
const View = lazy(async () => ({ default: (await loadView()).MarkdownView }));

/** Begins to fetch what Markdown needs, before there is any. */
export function preloadMarkdown(): void {
  void loadView();
}

/** A text in Markdown, which may still grow. Until its renderer has come it is shown as it is. */
export function Markdown(props: MarkdownProps): ReactElement {
  return (
    <Suspense fallback={<div className={styles.plain}>{props.text}</div>}>
      <View {...props} />
    </Suspense>
  );
}

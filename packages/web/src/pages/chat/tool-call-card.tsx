import type { CalledTool } from '@lantern/client';
import type { ReactElement, ReactNode } from 'react';
import { prettyJson } from '../../lib/pretty-json.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './tool-call-card.module.css';

type ToolCallCardProps = {
  call: CalledTool;
  isGrowing: boolean;
  /** What stands beneath the arguments. */
  children?: ReactNode;
};

/** A function that the model calls: its name, and its arguments as they come. */
export function ToolCallCard({ call, isGrowing, children }: ToolCallCardProps): ReactElement {
  return (
    <article className={styles.card} aria-label={`Call of ${call.name}`}>
      <header className={styles.header}>
        <Icon name="tool" size={16} />
        <span>
          Calls <strong>{call.name}</strong>
        </span>
        {isGrowing && <span className={styles.growing}>writing …</span>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className={styles.json} tabIndex={0}>
        {isGrowing ? call.arguments : prettyJson(call.arguments)}
      </pre>
      {children}
    </article>
  );
}

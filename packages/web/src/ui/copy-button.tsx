import { type ReactElement, useEffect, useState } from 'react';
import { copyText } from '../lib/copy-text.ts';
import { IconButton } from './button.tsx';

const SHOWN_MS = 1500;

/** Copies a text and says that it has. */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }): ReactElement {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <IconButton
      size="small"
      icon={isDone ? 'check' : 'copy'}
      label={isDone ? 'Copied' : label}
      onClick={async () => setDone(await copyText(typeof text === 'string' ? text : text()))}
    />
  );
}

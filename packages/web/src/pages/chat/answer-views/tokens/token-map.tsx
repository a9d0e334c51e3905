import type { TokenEvent } from '@lantern/client';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactElement,
  type SyntheticEvent,
  useEffect,
  useRef,
} from 'react';
import { candidatesOf, isSame, shareOf, shownToken } from '../../../../chat/told-tokens.ts';
import { formatShare } from '../../../../lib/format-numbers.ts';
import styles from './tokens-view.module.css';

type TokenMapProps = {
  /** Those of a page. */
  tokens: readonly TokenEvent[];
  /** The place of the first one among all. */
  from: number;
  total: number;
  chosen: number;
  /** Whether the chosen token gets the focus. */
  takesFocus: boolean;
  onChoose: (index: number, isByHand: boolean) => void;
  /** The token under the pointer; null where there is none. */
  onPoint: (index: number | null) => void;
};

/** Tokens as running text, the warmer the less likely. Arrow keys go from token to token and from line to line. */
export const TokenMap = memo(function TokenMap(props: TokenMapProps): ReactElement {
  const { tokens, from, total, chosen, takesFocus, onChoose, onPoint } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current?.querySelector<HTMLElement>(`[data-index="${chosen}"]`);
    if (takesFocus) element?.focus();
    else if (chosen > 0) element?.scrollIntoView({ block: 'nearest' });
  }, [chosen, takesFocus]);

  const onKeyDown = (event: KeyboardEvent) => {
    const target = {
      ...{ ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: total - 1 },
      ...{ PageDown: chosen + 50, PageUp: chosen - 50 },
      ...(event.key.startsWith('Arrow') && {
        ArrowDown: neighbour(event.target as HTMLElement, 1) ?? chosen,
        ArrowUp: neighbour(event.target as HTMLElement, -1) ?? chosen,
      }),
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onChoose(target, true);
  };
  const indexAt = (event: SyntheticEvent): number | null => {
    const index = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset.index;
    return index === undefined ? null : Number(index);
  };
  const onPick = (event: SyntheticEvent) => {
    const index = indexAt(event);
    if (index !== null) onChoose(index, true);
  };
  return (
    <div
      ref={list}
      role="listbox"
      aria-label="Tokens"
      aria-orientation="horizontal"
      className={styles.map}
      onKeyDown={onKeyDown}
      onFocus={onPick}
      onClick={onPick}
      onPointerOver={(event) => onPoint(indexAt(event))}
      onPointerLeave={() => onPoint(null)}
    >
      {tokens.map((token, place) => {
        const index = from + place;
        return (
          <span
            key={index}
            role="option"
            tabIndex={index === chosen ? 0 : -1}
            aria-selected={index === chosen}
            aria-setsize={total}
            aria-posinset={index + 1}
            aria-label={spoken(token)}
            data-index={index}
            data-thought={token.inReasoning || undefined}
            className={styles.token}
            style={heatOf(token)}
          >
            {shownToken(token).replaceAll('↵', '↵\n')}
          </span>
        );
      })}
    </div>
  );
});

/** For the style sheet: 0 for a token that was certain, 1 for one that was all but impossible. */
function heatOf(token: TokenEvent): CSSProperties {
  return { '--heat': (1 - shareOf(token)).toFixed(3) } as CSSProperties;
}

/** The place of the token above or below this one. */
function neighbour(element: HTMLElement, step: 1 | -1): number | null {
  const { left, top, width } = element.getBoundingClientRect();
  const middle = left + width / 2;
  let best: { index: number; distance: number } | null = null;
  let lineTop: number | null = null;
  const next = (each: Element) => (step > 0 ? each.nextElementSibling : each.previousElementSibling);
  for (let each = next(element); each; each = next(each)) {
    const box = each.getBoundingClientRect();
    if (Math.abs(box.top - top) < 4) continue;
    lineTop ??= box.top;
    if (Math.abs(box.top - lineTop) >= 4) break;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (best === null || distance < best.distance)
      best = { index: Number((each as HTMLElement).dataset.index), distance };
  }
  return best?.index ?? null;
}

/** A token for the ear: itself, its probability, the others. */
function spoken(token: TokenEvent): string {
  const others = candidatesOf(token).filter((candidate) => !isSame(candidate, token));
  const tell = (each: TokenEvent['top'][number]) => `“${shownToken(each)}” ${formatShare(shareOf(each))}`;
  return `${tell(token)}${others.length > 0 ? `; otherwise ${others.map(tell).join(', ')}` : ''}`;
}

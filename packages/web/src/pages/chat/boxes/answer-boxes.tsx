import { type Corners, namedBoxes, type PixelBox, toPixels } from '@lantern/client';
import { type CSSProperties, type ReactElement, type RefObject, useEffect, useMemo, useState } from 'react';
import { classes } from '../../../ui/classes.ts';
import styles from './answer-boxes.module.css';
import { boxAt, markBox } from './box-text.ts';

type AnswerBoxesProps = {
  /** The text of the answer; boxes that are not whole yet are passed over. */
  content: string;
  /** Where that text is shown. */
  text: RefObject<HTMLElement | null>;
  picture: { url: string; name: string };
};

type Size = { width: number; height: number };

const COLOURS = 6;

/** The boxes that an answer names, over the picture and as a list. What is pointed at in one place shows in all. */
export function AnswerBoxes({ content, text, picture }: AnswerBoxesProps): ReactElement | null {
  const boxes = useMemo(() => namedBoxes(content), [content]);
  const [size, setSize] = useState<Size | null>(null);
  const [active, setActive] = useState<number | null>(null);
  useEffect(() => {
    const shown = text.current;
    if (!shown) return;
    const point = (event: PointerEvent) => setActive(boxAt(shown, event));
    const leave = () => setActive(null);
    shown.addEventListener('pointermove', point);
    shown.addEventListener('pointerleave', leave);
    return () => {
      shown.removeEventListener('pointermove', point);
      shown.removeEventListener('pointerleave', leave);
    };
  }, [text]);
  useEffect(() => markBox(text.current, active), [text, active]);
  if (boxes.length === 0) return null;
  const pointing = (index: number) => ({
    'data-active': index === active || undefined,
    onPointerEnter: () => setActive(index),
    onPointerLeave: () => setActive(null),
  });
  const nameOf = (index: number) => boxes[index]?.label ?? `Box ${index + 1}`;
  return (
    <figure className={styles.boxes} aria-label="Boxes in the picture">
      <div className={classes(styles.picture, active !== null && styles.pointed)}>
        <img
          src={picture.url}
          alt={picture.name}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setSize({ width, height })}
        />
        {size &&
          boxes.map(({ box }, index) => (
            <div
              key={index}
              aria-hidden="true"
              className={classes(styles.box, styles[`colour${index % COLOURS}`], box[1] < 80 && styles.high)}
              style={placeOf(box, size)}
              {...pointing(index)}
            >
              <span className={styles.label}>{nameOf(index)}</span>
            </div>
          ))}
      </div>
      <ol className={styles.list} aria-label="Boxes">
        {boxes.map(({ box }, index) => (
          <li key={index}>
            <button
              type="button"
              className={classes(styles.row, styles[`colour${index % COLOURS}`])}
              aria-pressed={index === active}
              onClick={() => setActive(index === active ? null : index)}
              onFocus={() => setActive(index)}
              onBlur={() => setActive(null)}
              {...pointing(index)}
            >
              <span className={styles.swatch} />
              <span className={styles.name}>{nameOf(index)}</span>
              <span className={styles.place}>{size && placeWords(toPixels(box, size.width, size.height))}</span>
            </button>
          </li>
        ))}
      </ol>
    </figure>
  );
}

/** Whole pixels of the picture, as shares of it: it is shown at any size. */
function placeOf(box: Corners, size: Size): CSSProperties {
  const { x, y, width, height } = toPixels(box, size.width, size.height);
  const share = (pixels: number, all: number) => `${(100 * pixels) / all}%`;
  return {
    left: share(x, size.width),
    top: share(y, size.height),
    width: share(width, size.width),
    height: share(height, size.height),
  };
}

function placeWords({ x, y, width, height }: PixelBox): string {
  return `${width} × ${height} px at ${x}, ${y}`;
}

import type { ReactElement } from 'react';
import styles from './pictures.module.css';
import { usePicture } from './use-picture.ts';

/** A picture that was sent with a message. */
export function SentPicture({ fileId }: { fileId: string }): ReactElement {
  const picture = usePicture(fileId);
  if (!picture) return <div className={styles.missing} />;
  return <img className={styles.sent} src={picture.url} alt={picture.name} />;
}

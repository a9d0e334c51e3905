import { type ReactElement, useEffect, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';
import styles from './pictures.module.css';

type ChosenPicturesProps = { files: readonly File[]; onRemove: (file: File) => void };

/** The pictures that go with the next message. */
export function ChosenPictures({ files, onRemove }: ChosenPicturesProps): ReactElement | null {
  if (files.length === 0) return null;
  return (
    <ul className={styles.chosen} aria-label="Pictures">
      {files.map((file, index) => (
        <li key={`${index} ${file.name} ${file.size}`}>
          <Thumbnail file={file} />
          <IconButton
            label={`Remove ${file.name}`}
            icon="close"
            size="small"
            className={styles.remove}
            onClick={() => onRemove(file)}
          />
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ file }: { file: File }): ReactElement {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return <img src={url} alt={file.name} />;
}

import { useEffect, useState } from 'react';
import { fitPicture } from '../../chat/fit-picture.ts';

export type Pictures = {
  files: readonly File[];
  /** Whether files are held over the page. */
  isDropping: boolean;
  /** Why the last ones were not taken. */
  failure: string | null;
  /** Takes the pictures of a list; what is none is told. */
  add(list: FileList | null): void;
  remove(file: File): void;
  clear(): void;
};

/** The pictures that go with the next message: chosen, pasted, or dropped anywhere on the page. */
export function usePictures(isWanted: boolean, refusal: string): Pictures {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const add = (list: FileList | null) => {
    const chosen = [...(list ?? [])];
    if (chosen.length === 0) return;
    if (!isWanted) return setFailure(refusal);
    setFailure(null);
    const others = chosen.filter(({ type }) => !type.startsWith('image/'));
    if (others.length > 0) setFailure(`${others.map(({ name }) => name).join(', ')}: only pictures can be sent.`);
    void Promise.all(
      chosen
        .filter((file) => !others.includes(file))
        .map((file) => fitPicture(file).catch((error: Error) => void setFailure(`${error.message}.`))),
    ).then((fitted) => setFiles((known) => [...known, ...fitted.filter((file) => file !== undefined)]));
  };
  const isDropping = useDrop(add);
  return {
    files,
    isDropping,
    failure,
    add,
    remove: (gone) => setFiles((known) => known.filter((file) => file !== gone)),
    clear: () => {
      setFiles([]);
      setFailure(null);
    },
  };
}

/** Takes files that are dropped on the page, which would leave it for them otherwise. */
function useDrop(take: (files: FileList) => void): boolean {
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDropping(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDropping(false);
      take(event.dataTransfer!.files);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  });
  return isDropping;
}

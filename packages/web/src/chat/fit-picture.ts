/** Pictures beyond either are made smaller before they are sent. */
const MOST_BYTES = 20_000_000;
const LONGEST_SIDE = 4096;
/** What they are made to fit in. */
const FITTED_SIDE = 1344;

/** A picture as it is sent: itself, or smaller where it is very large. Throws where the browser cannot read it. */
export async function fitPicture(file: File): Promise<File> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} is no picture that this browser can read`);
  });
  const { width, height } = bitmap;
  try {
    if (file.size <= MOST_BYTES && Math.max(width, height) <= LONGEST_SIDE) return file;
    const scale = Math.min(1, FITTED_SIDE / Math.max(width, height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const context = canvas.getContext('2d');
    if (!context) throw new Error(`${file.name} is too large, and this browser cannot make it smaller`);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    // PNG keeps what is clear clear; photographs come as JPEG, and stay.
    const type = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/png';
    return new File([await canvas.convertToBlob({ type, quality: 0.92 })], file.name, { type });
  } finally {
    bitmap.close();
  }
}

import type { TensorInfo } from './checkpoint.ts';
import type { StoredTensor } from './stored-tensor.ts';

type Part = TensorInfo['part'];

const VISION = /^(model\.visual\.|visual\.|vision_tower\.|model\.vision_tower\.)/;
const MTP = /^(model\.)?(language_model\.)?mtp\./;
/** What a quantised weight has beside it. */
const COMPANION = /\.(weight_scale_inv|qzeros|scales|g_idx)$/;

/**
 * The tensors of Hugging Face files, one entry a weight: what belongs to a quantised one (scales, zero points) counts
 * as its bytes, and packed weights have the shape of what they hold.
 */
export function huggingFaceTensorInfos(tensors: readonly StoredTensor[]): TensorInfo[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const infos: TensorInfo[] = [];
  for (const { name, format, shape, bytes } of tensors) {
    const base = name.replace(COMPANION, '');
    if (base !== name && (byName.has(`${base}.weight`) || byName.has(`${base}.qweight`))) continue;
    const part = MTP.test(name) ? 'mtp' : VISION.test(name) ? 'vision' : 'text';
    const stem = name.replace(/\.q?weight$/, '');
    const beside = (suffixes: string[]) =>
      suffixes.reduce((sum, suffix) => sum + (byName.get(`${stem}.${suffix}`)?.bytes ?? 0), bytes);
    if (name.endsWith('.qweight') && shape.length === 2)
      infos.push({
        name,
        storedAs: 'GPTQ-Int4',
        shape: [shape[1]!, shape[0]! * 8],
        bytes: beside(['qzeros', 'scales', 'g_idx']),
        part,
      });
    else
      infos.push({
        name,
        storedAs: format,
        shape,
        bytes: format === 'F8_E4M3' ? beside(['weight_scale_inv']) : bytes,
        part,
      });
  }
  return infos;
}

/** The tensors of GGUF files; blocks from `mainLayers` on are draft layers. */
export function ggufTensorInfos(tensors: readonly StoredTensor[], mainLayers: number): TensorInfo[] {
  return tensors.map(({ name, format, shape, bytes }) => ({
    name,
    storedAs: format,
    shape,
    bytes,
    part: ggufPart(name, mainLayers),
  }));
}

function ggufPart(name: string, mainLayers: number): Part {
  if (/^(v|mm)\./.test(name)) return 'vision';
  const block = /^blk\.(\d+)\./.exec(name);
  return block && Number(block[1]) >= mainLayers ? 'mtp' : 'text';
}

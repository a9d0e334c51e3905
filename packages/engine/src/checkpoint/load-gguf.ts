import type { ModelConfig } from '../model/config.ts';
import type { ProcessorConfig, VisionConfig } from '../model/vision-config.ts';
import type { ByteSource } from './byte-source.ts';
import { checkDraftLayers, visionOf } from './check-config.ts';
import type { Checkpoint } from './checkpoint.ts';
import { configFromGguf, ggufTokenId } from './config-from-gguf.ts';
import { type Folder, folderJson } from './folder.ts';
import { generationDefaults } from './generation-defaults.ts';
import { readGguf } from './gguf.ts';
import { readGgufModel } from './gguf-split.ts';
import { weightsFromGguf } from './names-gguf.ts';
import { positionRows, visionFromMmproj } from './names-vision.ts';
import { processorConfigOf } from './processor-config.ts';
import { Staging } from './staging.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { ggufTensorInfos } from './tensor-infos.ts';
import { TensorTable } from './tensor-table.ts';
import { ggufTokenizer } from './tokenizer-files.ts';
import { isTowerFor, visionConfigFromGguf } from './vision-config-reader.ts';

/**
 * Opens a GGUF model: the file `name` of the folder, with its other parts if it is split, and the vision tower in
 * `mmproj`, if there is one. A tower of another model is an error where it was `named`, and otherwise left alone. A
 * `generation_config.json` beside it is read too.
 */
export function loadGguf(folder: Folder, name: string, mmproj: Mmproj | null): Checkpoint {
  const opened: ByteSource[] = [];
  const close = () => {
    for (const source of opened) source.close();
  };
  try {
    const path = `${folder.path}/${name}`;
    const header = readGgufModel(folder, name, opened);
    const { metadata, tensors } = header;
    const described = configFromGguf(header, path);
    const infos = ggufTensorInfos(tensors, described.layerTypes.length);
    const tower = mmproj && readMmproj(mmproj, described, opened);
    if (tower) infos.push(...ggufTensorInfos(tower.tensors, 0).map((info) => ({ ...info, part: 'vision' as const })));
    const eos = ggufTokenId(metadata, 'tokenizer.ggml.eos_token_id');
    const config = {
      ...described,
      mtpLayers: infos.some(({ part }) => part === 'mtp') ? described.mtpLayers : 0,
      vision: tower?.config ?? null,
    };
    return {
      path,
      format: 'gguf',
      config,
      weights: ({ draft = false, vision = false } = {}) => {
        if (draft) checkDraftLayers(config, path);
        const seen = vision ? visionOf(config, path) : null;
        const staging = new Staging();
        return {
          ...weightsFromGguf(new TensorTable(path, tensors, staging), config, draft),
          vision: seen && visionFromMmproj(new TensorTable(tower!.path, tower!.tensors, staging), seen),
        };
      },
      processor: tower?.processor ?? null,
      ...ggufTokenizer(metadata),
      generation: generationDefaults(folderJson(folder, 'generation_config.json'), eos === null ? [] : [eos]),
      tensors: infos,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A file with a vision tower, and whether somebody asked for this one. */
export type Mmproj = { folder: Folder; name: string; named: boolean };

type Tower = { path: string; config: VisionConfig; processor: ProcessorConfig; tensors: StoredTensor[] };

function readMmproj({ folder, name, named }: Mmproj, text: ModelConfig, opened: ByteSource[]): Tower | null {
  const path = `${folder.path}/${name}`;
  const source = folder.open(name);
  opened.push(source);
  const { metadata, tensors } = readGguf(source, () => folder.open(name));
  if (!named && !isTowerFor(text.hiddenSize, metadata)) return null;
  const config = visionConfigFromGguf(metadata, positionRows(new TensorTable(path, tensors, new Staging())), path);
  visionOf({ ...text, vision: config }, path);
  const processor = processorConfigOf(path, (field) => metadata.get(`clip.vision.${field}`));
  return { path, config, processor, tensors };
}

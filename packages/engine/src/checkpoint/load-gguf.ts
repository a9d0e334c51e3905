import type { ByteSource } from './byte-source.ts';
import { checkDraftLayers } from './check-config.ts';
import type { Checkpoint } from './checkpoint.ts';
import { configFromGguf, ggufTokenId } from './config-from-gguf.ts';
import { type Folder, folderJson } from './folder.ts';
import { generationDefaults } from './generation-defaults.ts';
import { readGguf } from './gguf.ts';
import { readGgufModel } from './gguf-split.ts';
import { weightsFromGguf } from './names-gguf.ts';
import { Staging } from './staging.ts';
import { ggufTensorInfos } from './tensor-infos.ts';
import { TensorTable } from './tensor-table.ts';
import { ggufTokenizer } from './tokenizer-files.ts';

/**
 * Opens a GGUF model: the file `name` of the folder, with its other parts if it is split, and the vision tower in
 * `mmproj`, if there is one. A `generation_config.json` beside it is read too.
 */
export function loadGguf(folder: Folder, name: string, mmproj: string | null): Checkpoint {
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
    if (mmproj !== null) {
      const source = folder.open(mmproj);
      opened.push(source);
      infos.push(...ggufTensorInfos(readGguf(source).tensors, 0).map((info) => ({ ...info, part: 'vision' as const })));
    }
    const eos = ggufTokenId(metadata, 'tokenizer.ggml.eos_token_id');
    const config = { ...described, mtpLayers: infos.some(({ part }) => part === 'mtp') ? described.mtpLayers : 0 };
    return {
      path,
      format: 'gguf',
      config,
      weights: ({ draft = false } = {}) => {
        if (draft) checkDraftLayers(config, path);
        return weightsFromGguf(new TensorTable(path, tensors, new Staging()), config, draft);
      },
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

import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { checkDraftLayers, visionOf } from './check-config.ts';
import type { Checkpoint, TensorInfo } from './checkpoint.ts';
import { configFromHuggingFace } from './config-from-hf.ts';
import { type Folder, folderJson } from './folder.ts';
import { eosIds, generationDefaults } from './generation-defaults.ts';
import type { GptqOptions } from './gptq-matrix.ts';
import { isJsonObject, type JsonObject, shown } from './json.ts';
import { weightsFromHuggingFace } from './names-hf.ts';
import { visionFromHuggingFace } from './names-vision.ts';
import { processorConfig } from './processor-config.ts';
import { readSafetensorsFolder } from './safetensors.ts';
import { Staging } from './staging.ts';
import { huggingFaceTensorInfos } from './tensor-infos.ts';
import { TensorTable } from './tensor-table.ts';
import { huggingFaceTokenizer } from './tokenizer-files.ts';

/** Opens a folder in Hugging Face layout: `config.json` beside safetensors files. */
export function loadHuggingFace(folder: Folder): Checkpoint {
  const opened: ByteSource[] = [];
  const close = () => {
    for (const source of opened) source.close();
  };
  try {
    const where = `${folder.path}/config.json`;
    const json = folderJson(folder, 'config.json');
    if (!json) throw new LanternError('missing-file', `${folder.path}: config.json is missing`);
    const described = configFromHuggingFace(json, where);
    const { tensors, metadata } = readSafetensorsFolder(folder, opened);
    const infos = huggingFaceTensorInfos(tensors);
    const text = isJsonObject(json.text_config) ? json.text_config : {};
    const has = (wanted: TensorInfo['part']) => infos.some(({ part }) => part === wanted);
    const config = {
      ...described,
      mtpLayers: has('mtp') ? described.mtpLayers : 0,
      vision: has('vision') ? described.vision : null,
    };
    return {
      path: folder.path,
      format: 'safetensors',
      config,
      weights: ({ draft = false, vision = false } = {}) => {
        if (draft) checkDraftLayers(config, folder.path);
        const storage = {
          normsLessOne: metadata.get('format') !== 'mlx',
          gptq: readQuantization(json, text, where),
        };
        const table = new TensorTable(folder.path, tensors, new Staging());
        return {
          ...weightsFromHuggingFace(table, config, storage, draft),
          vision: vision ? visionFromHuggingFace(table, visionOf(config, folder.path)) : null,
        };
      },
      processor: config.vision && processorConfig(folder),
      ...huggingFaceTokenizer(folder),
      generation: generationDefaults(folderJson(folder, 'generation_config.json'), [
        ...eosIds(json.eos_token_id),
        ...eosIds(text.eos_token_id),
      ]),
      tensors: infos,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * What `quantization_config` says beyond what the tensors show; refuses schemes that are not run. Null where there is
 * no GPTQ.
 */
function readQuantization(json: JsonObject, text: JsonObject, where: string): GptqOptions | null {
  const unsupported = (what: string, allowed: string) =>
    new LanternError(
      'unsupported',
      `${where}: ${what}, only ${allowed} is implemented`,
      'Use another quantisation of this model.',
    );
  const config = json.quantization_config ?? text.quantization_config;
  if (!isJsonObject(config)) {
    if (isJsonObject(json.quantization))
      throw unsupported(`quantization is ${shown(json.quantization)}`, 'fp8 or gptq');
    return null;
  }
  const { quant_method: method, bits, desc_act: byActivation, sym, checkpoint_format: format } = config;
  if (method === 'fp8') return null;
  if (method !== 'gptq') throw unsupported(`quant_method is ${shown(method ?? null)}`, '"fp8" or "gptq"');
  if (bits !== 4) throw unsupported(`bits is ${shown(bits ?? null)}`, '4');
  if (byActivation === true) throw unsupported('desc_act is true', 'false');
  if (format !== undefined && format !== 'gptq' && format !== 'gptq_v2')
    throw unsupported(`checkpoint_format is ${shown(format)}`, '"gptq" or "gptq_v2"');
  return { symmetric: sym !== false, v2: format === 'gptq_v2' };
}

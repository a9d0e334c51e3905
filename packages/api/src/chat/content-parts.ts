import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';

/** A sky-blue picture of 32 × 32 pixels. */
const pictureUrl =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42u3NQQkAAAgEsGtvO4tYwhQ+hMH+S/WcikAgEAgEAoFAIPgSLK6fAIiN44EKAAAAAElFTkSuQmCC';

const cacheControl = z.looseObject({
  type: field(z.literal('ephemeral'), 'The only kind there is.', 'ephemeral'),
  ttl: optional(z.enum(['5m', '1h']), 'How long the prefix should be kept.', '5m'),
});

const cacheMark = {
  cache_control: optional(
    cacheControl,
    'Marks the end of a prefix worth remembering. Prefixes are remembered without it, so it changes nothing here.',
    { type: 'ephemeral' },
  ),
};

const maxPixels = 16_777_216;

const pixelLimits = {
  min_pixels: optional(
    z.int().min(1).max(maxPixels),
    'Smaller pictures, or frames, are enlarged to this many pixels.',
    65_536,
  ),
  max_pixels: optional(
    z.int().min(1).max(maxPixels),
    'Larger pictures, or frames, are shrunk to this many pixels. Left out: 2,621,440 for pictures, or what the model takes where that is less.',
    2_621_440,
  ),
};

const frameLimits = {
  ...pixelLimits,
  total_pixels: optional(z.int().min(1), 'Most pixels of all frames together.', 134_217_728),
  fps: optional(
    z.number().min(0.1).max(10),
    'Frames a second that are looked at; of a list of frames, how many of them made up a second.',
    2,
    { default: 2 },
  ),
};

const mediaUrl = z.string().min(1);

/** Text. */
export const textPart = component(
  z.looseObject({
    type: field(z.literal('text'), 'Says that this is text.', 'text'),
    text: field(z.string(), 'The text.', 'What is in this picture?'),
    ...cacheMark,
  }),
  'TextPart',
  'A piece of text in a message.',
  { type: 'text', text: 'What is in this picture?' },
);

/** A picture. */
export const imagePart = component(
  z.looseObject({
    type: field(z.literal('image_url'), 'Says that this is a picture.', 'image_url'),
    image_url: field(
      z.union([
        z.looseObject({
          url: field(
            mediaUrl,
            'Address of the picture: `data:` with base64, https from a domain that the server allows, or the id of an uploaded file.',
            pictureUrl,
          ),
          detail: optional(
            z.enum(['auto', 'low', 'high']),
            'How closely to look: low is 512 × 512 pixels at the most, high and auto are what max_pixels says.',
            'auto',
            { default: 'auto' },
          ),
          ...pixelLimits,
        }),
        mediaUrl,
      ]),
      'The picture: an object with its address, or the bare address.',
      { url: pictureUrl },
    ),
    ...pixelLimits,
    ...cacheMark,
  }),
  'ImagePart',
  'A picture in a message.',
  { type: 'image_url', image_url: { url: pictureUrl } },
);

/** A video by its address. */
export const videoUrlPart = component(
  z.looseObject({
    type: field(z.literal('video_url'), 'Says that this is a video.', 'video_url'),
    video_url: field(
      z.union([
        z.looseObject({
          url: field(
            mediaUrl,
            'Address of the video: `data:` with base64, https from a domain that the server allows, or the id of an uploaded file.',
            'https://example.com/cat.mp4',
          ),
          ...frameLimits,
        }),
        mediaUrl,
      ]),
      'The video: an object with its address, or the bare address.',
      { url: 'https://example.com/cat.mp4' },
    ),
    ...frameLimits,
    ...cacheMark,
  }),
  'VideoUrlPart',
  'A video in a message.',
  { type: 'video_url', video_url: { url: 'https://example.com/cat.mp4' }, fps: 2 },
);

const frames = [1, 2, 3, 4].map((number) => `https://example.com/frame-${number}.jpg`);

/** A video as its frames, in Model Studio's form. */
export const videoFramesPart = component(
  z.looseObject({
    type: field(z.literal('video'), 'Says that this is a video given as pictures.', 'video'),
    video: field(
      z.array(mediaUrl).min(4).max(8000),
      'Addresses of the frames, in order, 4 to 8,000; all of one size.',
      frames,
    ),
    ...frameLimits,
    ...cacheMark,
  }),
  'VideoFramesPart',
  'A video in a message, as a list of frames.',
  { type: 'video', video: frames, fps: 2 },
);

/** Sound. Qwen 3.5 does not hear; the part is described so that it can be refused by name. */
export const inputAudioPart = component(
  z.looseObject({
    type: field(z.literal('input_audio'), 'Says that this is sound.', 'input_audio'),
    input_audio: field(
      z.looseObject({
        data: field(z.string().min(1), 'The sound in base64.', 'UklGRiQAAABXQVZF'),
        format: field(z.enum(['wav', 'mp3']), 'What the bytes are.', 'wav'),
      }),
      'The sound.',
      { data: 'UklGRiQAAABXQVZF', format: 'wav' },
    ),
  }),
  'InputAudioPart',
  'Sound in a message.',
  { type: 'input_audio', input_audio: { data: 'UklGRiQAAABXQVZF', format: 'wav' } },
);

/** A picture or a video, by content or by the id it was uploaded under. Other files are refused by name. */
export const filePart = component(
  z.looseObject({
    type: field(z.literal('file'), 'Says that this is a file.', 'file'),
    file: field(
      z.looseObject({
        file_id: optional(z.string().min(1), 'Id of an uploaded file.', 'file-abc'),
        file_data: optional(z.string().min(1), 'The file as a `data:` address.', pictureUrl),
        filename: optional(z.string().min(1), 'Its name.', 'sky.png'),
      }),
      'The file.',
      { filename: 'sky.png', file_data: pictureUrl },
    ),
    ...cacheMark,
  }),
  'FilePart',
  'A file in a message: a picture or a video, told by its bytes.',
  { type: 'file', file: { filename: 'sky.png', file_data: pictureUrl } },
);

/** What an assistant said instead of answering. */
export const refusalPart = component(
  z.looseObject({
    type: field(z.literal('refusal'), 'Says that this is a refusal.', 'refusal'),
    refusal: field(z.string(), 'Its text.', 'I can’t help with that.'),
  }),
  'RefusalPart',
  'A refusal in an assistant message.',
  { type: 'refusal', refusal: 'I can’t help with that.' },
);

/** What an assistant thought. */
export const thinkingPart = component(
  z.looseObject({
    type: field(z.literal('thinking'), 'Says that this is thinking.', 'thinking'),
    thinking: field(z.string(), 'The thought.', 'The user greets me.'),
  }),
  'ThinkingPart',
  'Thinking in an assistant message.',
  { type: 'thinking', thinking: 'The user greets me.' },
);

/** What users may send. */
export const userContentPart = component(
  z.discriminatedUnion('type', [textPart, imagePart, videoUrlPart, videoFramesPart, inputAudioPart, filePart]),
  'UserContentPart',
  'One piece of what a user or a tool says.',
  { type: 'text', text: 'Hello' },
);

/** What assistants may have sent. */
export const assistantContentPart = component(
  z.discriminatedUnion('type', [textPart, refusalPart, thinkingPart]),
  'AssistantContentPart',
  'One piece of what the assistant said.',
  { type: 'text', text: 'Hello' },
);

export type UserContentPart = Known<z.infer<typeof userContentPart>>;
export type AssistantContentPart = Known<z.infer<typeof assistantContentPart>>;

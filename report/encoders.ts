import type { Encoder, EncoderContext, FormatName } from './encoder.js';

/** The encoder of a format, loaded when it is asked for; `text` differs from command to command and is not among them. */
export async function encoderOf(format: Exclude<FormatName, 'text'>, context: EncoderContext): Promise<Encoder> {
  switch (format) {
    case 'json':
      return (await import('./json.js')).jsonEncoder(context);
    case 'sarif':
      return (await import('./sarif.js')).sarifEncoder(context);
    case 'github':
      return (await import('./annotations.js')).annotationsEncoder(context);
    case 'gitlab':
      return (await import('./code-quality.js')).codeQualityEncoder(context);
    case 'markdown':
      return (await import('./markdown.js')).markdownEncoder(context);
    case 'patch':
      return (await import('./patch.js')).patchEncoder({ renamePrefix: context.prefix });
  }
}

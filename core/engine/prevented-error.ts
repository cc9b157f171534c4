import type { DeploymentError, FindingDraft, Message, MessageData } from '../rule.js';

/**
 * The error of AWS that a finding stands for, as people will know it: the example that fits the message best, with the
 * finding's own figures in it and without the frame that CloudFormation puts around it.
 */
export function preventedError(
  errors: readonly DeploymentError[],
  message: Message,
  { data = {}, prevents }: Pick<FindingDraft, 'data' | 'prevents'>,
): string | undefined {
  const words = Object.values(data).flatMap((value) => String(value).match(/\w[\w.]{2,}/g) ?? []);
  const candidates = prevents === undefined ? errors : errors.filter((error) => isMatch(error, prevents, data));
  const best = candidates.toSorted((a, b) => fit(b, message, words) - fit(a, message, words))[0];
  return best && bare(filledIn(best, data));
}

/** Whether the example, with the finding's own action and service in it, is the text that a pattern describes. */
function isMatch(error: DeploymentError, pattern: string | null, { action, service }: MessageData): boolean {
  const own = { ...(action !== undefined && { action }), ...(service !== undefined && { service }) };
  return pattern !== null && new RegExp(pattern).test(filledIn(error, own));
}

function fit({ example }: DeploymentError, { prevents }: Message, words: readonly string[]): number {
  const named = prevents !== undefined && example.includes(prevents) ? 1000 : 0;
  return named + words.filter((word) => example.includes(word)).length;
}

/** Puts the finding's own values in place of the example's, where both are single words. */
function filledIn({ pattern, example }: DeploymentError, data: MessageData): string {
  const groups = pattern.exec(example)?.groups ?? {};
  let text = example;
  for (const [name, value] of Object.entries(groups)) {
    if (data[name] !== undefined && value !== undefined && !value.includes(' '))
      text = text.replace(value, () => String(data[name]));
  }
  return text;
}

function bare(text: string): string {
  return text
    .replace(/^Resource handler returned message: "/, '')
    .replace(/^Invalid request provided: /, '')
    .replace(/\s*\(Service: [^)]*\)"?\.?$/, '');
}

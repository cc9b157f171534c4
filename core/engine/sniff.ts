/** What every template says somewhere, and few other files do. */
export const templateMarks = ['AWS::', 'AWSTemplateFormatVersion', 'Transform', 'Custom::', 'Alexa::'];
const resourcesKey = /Resources["']?[ \t]{0,8}:/;
const topLevelResources = /^(?:\uFEFF?["']?)Resources["']?[ \t]{0,8}:/m;

/** True when a text may be a template: a cheap test that has to let every template through. */
export function looksLikeTemplate(text: string): boolean {
  return templateMarks.some((mark) => text.includes(mark)) && resourcesKey.test(text);
}

/** What every Pulumi program says somewhere. */
export const programMarks = ['@pulumi/'];

/** True when a source may be a Pulumi program: the AWS provider or Pulumi itself is imported in it. */
export function looksLikeProgram(text: string): boolean {
  return (
    programMarks.some((mark) => text.includes(mark)) && /['"]@pulumi\/(?:aws|pulumi)(?:\/[^'"]{0,100})?['"]/.test(text)
  );
}

/** True when the file itself means to be a template, rather than to carry one inside (a ConfigMap, a page of documentation). */
export function isMeantAsTemplate(text: string): boolean {
  return topLevelResources.test(text) || (/^\uFEFF?\s{0,64}\{/.test(text) && text.includes('"Resources"'));
}

/** Where a text has a placeholder of Jinja, cookiecutter or Handlebars; `{{resolve:...}}` is CloudFormation's own. */
export function placeholderIn(text: string): number | undefined {
  const at = text.search(/\{%|\{#|\{\{(?!\s{0,8}resolve:)/);
  return at === -1 ? undefined : at;
}

/** Local files that a template may deploy as nested stacks, as they are written. Cheap: the parsed template confirms them. */
export function nestedLocations(text: string): string[] {
  if (!text.includes('AWS::CloudFormation::Stack') && !text.includes('AWS::Serverless::Application')) return [];
  const matches = text.matchAll(/\b(?:TemplateURL|Location)["']?[ \t]{0,8}:[ \t]{0,80}["']?([^\s"',{}!]{1,400})/g);
  return [...matches].flatMap(([, location]) => (location !== undefined && isLocal(location) ? [location] : []));
}

/** True for a relative path; URLs, S3 addresses and absolute paths lead elsewhere. */
export function isLocal(location: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(location);
}

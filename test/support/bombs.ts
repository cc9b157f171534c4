/** Lines of a template on which a careless pattern backtracks. */
export const bombs: Readonly<Record<string, string>> = {
  'openings of Sub': `Role: !Sub "${'${'.repeat(20_000)}"`,
  'a comment that almost names an environment': `Code:\n        ZipFile: |\n          # ${'production-'.repeat(20_000)}\n          ${"'".repeat(20_001)}`,
  'white space': `Code:\n        ZipFile: |\n          x${' '.repeat(50_000)}y`,
  'suppressions that never end': `Code: {ZipFile: x} # stackmend-ignore ${'a-'.repeat(30_000)}!`,
  'a table name of stars': `Layers: ["${'*a'.repeat(5000)}b"]`,
  'an address that never ends': `Layers: ["${'a://b:'.repeat(10_000)}"]`,
  'words that look like keys': `Layers: ["${'aB3'.repeat(20_000)}"]`,
};

/** A template with a function on a retired runtime, and further lines of its properties. */
export function retired(lines: string, description = 'Resources   '.repeat(20_000)): string {
  return `AWSTemplateFormatVersion: "2010-09-09"\nDescription: "${description}"\nResources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.7\n      ${lines}\n`;
}

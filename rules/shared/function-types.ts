/** The resource types that are a Lambda function. */
export const functionTypes: readonly string[] = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];

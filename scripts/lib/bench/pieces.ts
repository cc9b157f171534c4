/** Text of some resources, named after what they serve; `right` is false where AWS would reject them. */
export type Piece = (name: string, right: boolean) => string;

const role = (name: string, statements: string): string => `
  ${name}Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub '\${AWS::StackName}-${name.toLowerCase()}-\${EnvironmentSuffix}'
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Sub arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
      Policies:
        - PolicyName: Access
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - dynamodb:GetItem
                  - dynamodb:PutItem
                Resource: !GetAtt ${name}Table.Arn${statements}

  # One table for each service; nobody else writes to it.
  ${name}Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - AttributeName: id
          AttributeType: S
      KeySchema:
        - AttributeName: id
          KeyType: HASH
      PointInTimeRecoverySpecification:
        PointInTimeRecoveryEnabled: true
`;

const allow = (actions: readonly string[], resource: string): string => `
              - Effect: Allow
                Action: [${actions.map((action) => `'${action}'`).join(', ')}]
                Resource: ${resource}`;

const lambda = (name: string, runtime: string, more = ''): string => `
  ${name}Function:
    Type: AWS::Lambda::Function
    Properties:
      Description: Serves ${name}
      Runtime: ${runtime}
      Handler: index.handler
      MemorySize: 256
      Timeout: 30
      Role: !GetAtt ${name}Role.Arn
      Code:
        S3Bucket: !Ref ArtifactBucket
        S3Key: !Sub '${name.toLowerCase()}/\${Version}.zip'
      Environment:
        Variables:
          TABLE_NAME: !Ref ${name}Table
          LOG_LEVEL: !If [IsProduction, WARN, DEBUG]${more}

  ${name}Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub '/aws/lambda/\${${name}Function}'
      RetentionInDays: !If [IsProduction, 365, 14]
`;

const queue = (name: string): string => `
  ${name}:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: 1209600
      VisibilityTimeout: 180
      KmsMasterKeyId: alias/aws/sqs
`;

/** A function that sends failed events to a queue; wrong without the permission to do so. */
export const sender: Piece = (name, right) => {
  const target = `${name}DeadLetters`;
  const statement = right ? allow(['sqs:SendMessage'], `!GetAtt ${target}.Arn`) : '';
  return (
    role(name, statement) +
    lambda(name, 'python3.12', `\n      DeadLetterConfig:\n        TargetArn: !GetAtt ${target}.Arn`) +
    queue(target)
  );
};

/** A function that reads a queue; wrong without the permission to do so. */
export const reader: Piece = (name, right) => {
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const source = `${name}Queue`;
  return `${role(name, right ? allow(actions, `!GetAtt ${source}.Arn`) : '')}${lambda(name, 'nodejs22.x')}${queue(source)}
  ${name}Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt ${source}.Arn
      FunctionName: !Ref ${name}Function
      BatchSize: 10
      FunctionResponseTypes: [ReportBatchItemFailures]
`;
};

/** A function behind a REST API; wrong with throttling where a stage does not have it. */
export const server: Piece = (name, right) => {
  const limits = 'ThrottlingRateLimit: 100\n      ThrottlingBurstLimit: 200';
  const throttling = right
    ? `MethodSettings:\n        - ResourcePath: /*\n          HttpMethod: '*'\n          ${limits.replace('      ', '          ')}`
    : limits;
  return `${role(name, '')}${lambda(name, 'nodejs22.x')}
  ${name}Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Name: !Sub '${name.toLowerCase()}-\${EnvironmentSuffix}'

  ${name}Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref ${name}Api
      ResourceId: !GetAtt ${name}Api.RootResourceId
      HttpMethod: ANY
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${name}Function.Arn}/invocations

  ${name}Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: ${name}Method
    Properties:
      RestApiId: !Ref ${name}Api

  ${name}Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref ${name}Api
      DeploymentId: !Ref ${name}Deployment
      StageName: live
      ${throttling}

  ${name}Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref ${name}Function
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${name}Api}/*
`;
};

/** A function that runs by the clock; wrong with a runtime that can no longer be created. */
export const timer: Piece = (name, right) => `${role(name, '')}${lambda(name, right ? 'python3.13' : 'python3.7')}
  ${name}Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 hour)
      State: ENABLED
      Targets:
        - Id: ${name}
          Arn: !GetAtt ${name}Function.Arn

  ${name}Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref ${name}Function
      Principal: events.amazonaws.com
      SourceArn: !GetAtt ${name}Rule.Arn
`;

export const pieces: readonly Piece[] = [sender, reader, server, timer];

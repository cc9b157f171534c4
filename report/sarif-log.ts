/** The parts of SARIF 2.1.0 (OASIS Standard, 2020) that a log of stackmend holds. */

export interface SarifMessage {
  readonly text: string;
}

export interface SarifArtifactLocation {
  /** A relative reference, percent-encoded. */
  readonly uri: string;
  readonly uriBaseId: '%SRCROOT%';
}

/** Lines and columns count from 1, offsets from 0; columns and offsets in UTF-16 code units, without a byte order mark. */
export interface SarifRegion {
  readonly startLine?: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly charOffset?: number;
  readonly charLength?: number;
}

export interface SarifLocation {
  readonly physicalLocation: { readonly artifactLocation: SarifArtifactLocation; readonly region?: SarifRegion };
  readonly logicalLocations?: readonly {
    readonly name: string;
    readonly fullyQualifiedName: string;
    readonly kind: 'resource';
  }[];
}

export interface SarifReplacement {
  readonly deletedRegion: SarifRegion;
  readonly insertedContent?: SarifMessage;
}

export interface SarifFix {
  readonly description: SarifMessage;
  readonly artifactChanges: readonly {
    readonly artifactLocation: SarifArtifactLocation;
    readonly replacements: readonly SarifReplacement[];
  }[];
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex?: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: SarifMessage;
  readonly locations: readonly SarifLocation[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly fixes?: readonly SarifFix[];
  readonly suppressions?: readonly { readonly kind: 'inSource' }[];
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface SarifNotification {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: SarifMessage;
  readonly locations?: readonly SarifLocation[];
  readonly associatedRule?: { readonly id: string };
}

export interface SarifRule {
  readonly id: string;
  readonly shortDescription: SarifMessage;
  readonly fullDescription: SarifMessage;
  readonly help: { readonly text: string; readonly markdown: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' };
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly semanticVersion: string;
          readonly rules: readonly SarifRule[];
        };
      };
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean;
          readonly exitCode: number;
          readonly toolExecutionNotifications: readonly SarifNotification[];
          readonly toolConfigurationNotifications: readonly SarifNotification[];
        },
      ];
      readonly originalUriBaseIds: Readonly<Record<string, { readonly description: SarifMessage }>>;
      readonly columnKind: 'utf16CodeUnits';
      readonly results: readonly SarifResult[];
    },
  ];
}

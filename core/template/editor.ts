export class Editor {}

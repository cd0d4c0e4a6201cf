export { openToolbox, type Toolbox } from './open-toolbox';
export { closeServers } from './servers';

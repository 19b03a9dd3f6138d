// The page's libraries from npm, bundled into one module; the page's own code is served as it is written.
import 'media-chrome';
import 'media-chrome/menu';
import 'hls-video-element';

export { default as Uppy } from '@uppy/core';
export { default as AwsS3 } from '@uppy/aws-s3';

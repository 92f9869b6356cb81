"""The services' own models, which every AWS SDK is made from: what a call may say, and whether a request does."""

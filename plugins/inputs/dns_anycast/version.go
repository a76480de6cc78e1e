package dns_anycast

// Version is that of the last release in CHANGELOG.md. scripts/packages reads it from this file.
const Version = "0.1.0"

#!/bin/bash
# Passwords of registries that images come from: an object in S3 has them, as
# Docker keeps them. In its old form the registries are at the top.

# add_passwords BUCKET/KEY FILE FILTER: adds what jq makes of them to a file.
add_passwords() {
	local bucket="${1%%/*}" key="${1#*/}" fetched="$DIR/registries.json"
	install -m 600 /dev/null "$fetched"
	must "the registry's passwords in bucket $bucket cannot be fetched" retry aws s3api get-object --bucket "$bucket" --key "$key" "$fetched"
	jq -cr "$3" "$fetched" >>"$2" || fail "$key of bucket $bucket is not a file of Docker's passwords"
	rm "$fetched"
}

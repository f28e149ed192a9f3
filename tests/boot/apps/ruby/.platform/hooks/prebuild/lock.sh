#!/bin/bash
# The versions that this machine has.
exec bundle lock --local

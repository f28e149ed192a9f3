#!/bin/sh
echo "prebuild 10_first in $(pwd) as $(id -un): $WORD" >>/var/log/order

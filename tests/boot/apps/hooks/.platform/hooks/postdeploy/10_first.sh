#!/bin/sh
echo "postdeploy 10_first in $(pwd) as $(id -un): $WORD" >>/var/log/order

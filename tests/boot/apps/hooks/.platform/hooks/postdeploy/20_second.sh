#!/bin/sh
echo "postdeploy 20_second in $(pwd) as $(id -un): $WORD" >>/var/log/order
